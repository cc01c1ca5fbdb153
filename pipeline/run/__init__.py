"""A run over many reports: batches in processes or on a cluster, each finished one committed, nothing done twice.

parallel, cluster: batches on one core, several, or a Dask cluster. work: what a worker makes of a batch. store: what is
finished, in one SQLite file. outputs: where the tables go. runner: all of it in order. account: what the run says of
itself at the end. progress: what it says on the way.
"""
