"""Problems as data."""

from __future__ import annotations

import pickle

import pytest

from console.wire import problems
from console.wire.problems import CertificateRefused, WireError, XmlRefused
from console.wire.xml import parse


def test_every_kind_has_a_code_of_its_own():
    kinds = [k for k in vars(problems).values() if isinstance(k, type) and issubclass(k, WireError)]
    codes = [kind().code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("wire.") for code in codes)


def test_a_problem_crosses_processes_whole():
    with pytest.raises(XmlRefused) as caught:
        parse(b"<!DOCTYPE html>")
    for problem in (caught.value, CertificateRefused(reason="changed", fingerprint="ab")):
        again = pickle.loads(pickle.dumps(problem))
        assert type(again) is type(problem)
        assert (again.code, again.params) == (problem.code, problem.params)
        assert again.args == problem.args
