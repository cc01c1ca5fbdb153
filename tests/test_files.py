"""Which files a path stands for, their names in the tables, and what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.files import explain, find_files, is_hidden, shown


def make(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("一、基本情况", encoding="utf-8")


def names(paths, **options):
    return [source.name for source in find_files(paths, **options)]


def test_find_files_of_a_folder_are_below_it_and_sorted(tmp_path):
    make(tmp_path, "乙.docx", "a/丙.doc", "a/b/甲.txt", "B.txt")
    assert names([tmp_path]) == sorted(["乙.docx", "a/丙.doc", "a/b/甲.txt", "B.txt"])
    assert [source.error for source in find_files([tmp_path])] == [None] * 4


def test_find_files_order_of_arguments_does_not_matter(tmp_path):
    make(tmp_path, "b.txt", "a.txt")
    assert names([tmp_path / "b.txt", tmp_path / "a.txt"]) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        (".DS_Store", True),
        (".git", True),
        ("~$甲局.docx", True),
        ("Thumbs.db", True),
        ("__MACOSX", True),
        ("~甲局.docx", False),
        ("甲局.docx", False),
        ("thumbs.docx", False),
    ],
)
def test_is_hidden(name, hidden):
    assert is_hidden(name) is hidden


def test_find_files_leaves_hidden_ones_out_of_folders_only(tmp_path):
    make(tmp_path, "甲.docx", "~$甲.docx", ".甲.docx", ".git/乙.docx", "__MACOSX/甲.docx")
    assert names([tmp_path]) == ["甲.docx"]
    assert sorted(names([tmp_path / ".甲.docx", tmp_path / ".git"])) == [".甲.docx", "乙.docx"]


def test_find_files_takes_each_file_once(tmp_path, monkeypatch):
    make(tmp_path, "a/甲.docx")
    monkeypatch.chdir(tmp_path)
    assert names(["a", "a/甲.docx", str(tmp_path / "a"), "./a/../a/甲.docx"]) == ["甲.docx"]


def test_find_files_tells_equal_names_apart(tmp_path, monkeypatch):
    make(tmp_path, "一/甲.docx", "二/甲.docx", "二/乙.docx")
    monkeypatch.chdir(tmp_path)
    assert names(["一/甲.docx", "二/甲.docx", "二/乙.docx"]) == ["一/甲.docx", "乙.docx", "二/甲.docx"]
    assert names(["一", "二"]) == ["一/甲.docx", "乙.docx", "二/甲.docx"]


def test_find_files_name_as_given_may_not_clash_either(tmp_path, monkeypatch):
    make(tmp_path, "一/甲.docx", "二/甲.docx", "三/一/甲.docx")
    monkeypatch.chdir(tmp_path)
    found = names(["一/甲.docx", "二/甲.docx", "三"])
    assert sorted(found) == sorted({"一/甲.docx", "二/甲.docx", "三/一/甲.docx"})


def test_find_files_without_a_folder(tmp_path):
    make(tmp_path, "甲.docx", "台账/findings.csv")
    assert names([tmp_path], without=tmp_path / "台账") == ["甲.docx"]
    assert names([tmp_path], without=tmp_path / "别处") == ["台账/findings.csv", "甲.docx"]
    assert names([tmp_path / "台账"], without=tmp_path / "台账") == ["findings.csv"]


def test_find_files_missing_path_is_a_source_with_an_error(tmp_path):
    make(tmp_path, "甲.docx")
    missing, good = sorted(find_files([tmp_path / "乙.docx", tmp_path / "甲.docx"]), key=lambda source: source.name)
    assert (missing.name, good.name, good.error) == ("乙.docx", "甲.docx", None)
    assert "找不到该文件或文件夹" in missing.error and "乙.docx" in missing.error


def test_find_files_of_an_empty_folder(tmp_path):
    assert find_files([tmp_path]) == ()
    assert find_files([]) == ()


def test_find_files_impossible_path():
    (source,) = find_files(["甲\0乙.docx"])
    assert "路径写法不对" in source.error


def symlink(link, target):
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")


def test_find_files_follows_links_and_survives_loops(tmp_path):
    make(tmp_path, "库/甲.docx", "报告/乙.docx")
    symlink(tmp_path / "报告" / "外库", tmp_path / "库")
    symlink(tmp_path / "报告" / "自己", tmp_path / "报告")
    symlink(tmp_path / "报告" / "外库" / "回", tmp_path)
    assert names([tmp_path / "报告"]) == ["乙.docx", "外库/甲.docx"]


def test_find_files_prefers_the_real_folder_to_its_link(tmp_path):
    make(tmp_path, "b/甲.docx")
    symlink(tmp_path / "a", tmp_path / "b")
    assert names([tmp_path]) == ["b/甲.docx"]


def test_find_files_dangling_link_is_reported(tmp_path):
    symlink(tmp_path / "甲.docx", tmp_path / "已删除.docx")
    (source,) = find_files([tmp_path])
    assert source.name == "甲.docx" and "找不到" in source.error


def test_find_files_forbidden_folder_is_reported_and_the_rest_is_read(tmp_path, monkeypatch):
    make(tmp_path, "甲.docx", "内部/乙.docx")
    listed = Path.iterdir

    def iterdir(self):
        if self.name == "内部":
            raise PermissionError(13, "no", str(self))
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    forbidden, good = find_files([tmp_path])
    assert (forbidden.name, good.name, good.error) == ("内部", "甲.docx", None)
    assert forbidden.error.startswith("内部：没有读取权限。请")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_find_files_never_opens_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "管道")
    assert find_files([tmp_path]) == ()
    (source,) = find_files([tmp_path / "管道"])
    assert "不是普通文件" in source.error


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("甲局.docx", "甲局.docx"),
        (os.fsdecode("报告/".encode() + "甲局".encode("gb18030") + b".docx"), "报告/甲局.docx"),
    ],
)
def test_shown_reads_names_from_chinese_archives(path, expected):
    assert shown(path) == expected


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(2, "x"), "a.docx：找不到"),
        (PermissionError(13, "x"), "a.docx：没有读取权限"),
        (OSError(5, "x"), "a.docx：读取失败（系统错误号 5）"),
    ],
)
def test_explain_says_what_and_what_to_do(error, message):
    text = explain("a.docx", error)
    assert text.startswith(message) and text.endswith("。") and "请" in text
