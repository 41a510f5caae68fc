"""The Spark cluster of the run."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.spark_cluster import ClusterDidNotStart, SparkCluster


@pytest.mark.spark
class TestSparkCluster:
    def test_listens_on_this_machine(self, spark_url: str) -> None:
        address = urlsplit(spark_url)
        assert address.hostname == "127.0.0.1"
        with socket.create_connection((address.hostname, address.port), timeout=10):
            pass

    def test_quotes_the_log_when_it_does_not_start(self, tmp_path: Path) -> None:
        with pytest.raises(ClusterDidNotStart, match=r"No 'I have been elected leader' in master-1\.log"):
            SparkCluster(tmp_path, seconds=0).__enter__()
