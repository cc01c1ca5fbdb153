"""Which joblib backend a run gets: loky's processes, a Dask cluster by its address, or one that is started here."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import ClusterError

if TYPE_CHECKING:
    from joblib.parallel import ParallelBackendBase

    from pipeline.run.parallel import Place

LOCAL = "local"
_CONNECT_SECONDS = 10


@contextmanager
def backend_for(place: Place) -> Iterator[tuple[str | ParallelBackendBase, int]]:
    """Give joblib's backend and the number of workers; a cluster that was started here ends with the context.

    Raises ClusterError where there is no Dask or no cluster at the address.
    """
    if place.dask is None:
        yield "loky", place.cores()
        return
    with _client(place) as client:
        workers = sum(client.ncores().values())
        if not workers:
            raise ClusterError(f"Dask 集群 {place.dask} 上没有工作进程。请先启动 dask worker，再重试。")
        yield _backend(client), workers


@contextmanager
def _client(place: Place) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("没有安装 Dask。请运行 pip install 'zicha[dask]'，或去掉 --dask 改用 --jobs。") from error
    with _cluster(place) as address:
        try:
            client = Client(  # type: ignore[no-untyped-call]
                address, timeout=_CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError) as error:
            advice = "请检查地址（如 tcp://10.0.0.1:8786）和调度器是否在运行"
            raise ClusterError(f"连不上 Dask 集群 {place.dask}。{advice}。") from error
        with client:
            yield client


@contextmanager
def _cluster(place: Place) -> Iterator[Any]:
    if place.dask != LOCAL:
        yield place.dask
        return
    import dask
    from distributed import LocalCluster

    # Workers must have children of their own: each file is read in a process that can be stopped.
    settings = {"distributed.worker.daemon": False}
    with (
        dask.config.set(settings),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=place.cores(),
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.ERROR,
            # No share of memory: the time and memory of a file are limited where it is read.
            memory_limit=0,
        ) as cluster,
    ):
        yield cluster


def _backend(client: Any) -> ParallelBackendBase:
    """Return joblib's Dask backend, which here also tells when a task is given up.

    joblib's own forgets a task whose workers died again and again (KilledWorker), and would wait for it for ever.
    """
    import asyncio

    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):  # type: ignore[misc]
        async def _collect(self) -> None:
            while self._continue:
                async for future, result in self.waiting_futures:
                    self._results.pop(future)
                    callback = self._callbacks.pop(future)
                    # An exception as a result is raised where the results are taken.
                    callback(result[1] if future.status == "error" else result)
                await asyncio.sleep(0.01)

    backend: ParallelBackendBase = Backend(client=client)
    return backend


def killed_worker() -> tuple[type[BaseException], ...]:
    """Return the error of a task that killed several Dask workers, nothing where no cluster is in use."""
    if "distributed" not in sys.modules:
        return ()
    from distributed.scheduler import KilledWorker

    return (KilledWorker,)
