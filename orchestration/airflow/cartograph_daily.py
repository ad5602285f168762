# The steps of the job `daily` as an Airflow DAG: the same commands, at a time in UTC. Workers need
# the program in PATH, and a cartograph.toml in CARTOGRAPH_HOME.
# No catch-up: a run takes everything that has landed, so one stands for all that were missed.
# One run at a time: a second would only wait for the warehouse.

import os
import subprocess
from datetime import timedelta

import pendulum

try:
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk import DAG
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:  # Airflow 2, and 3.0
    from airflow import DAG
    from airflow.exceptions import AirflowFailException
    from airflow.operators.python import PythonOperator

HOME = os.environ.get("CARTOGRAPH_HOME", "/var/lib/cartograph")
MAY_PASS = (3, 4)  # another run holds the warehouse; it is not known whether it was published


def cartograph(*words):
    """Runs the program; only what may pass by itself is tried again, never wrong data."""
    status = subprocess.run(["cartograph", *words], cwd=HOME, check=False).returncode
    if status in MAY_PASS:
        raise RuntimeError(f"cartograph {words[0]}: exit status {status}, which may pass")
    if status != 0:
        raise AirflowFailException(f"cartograph {words[0]}: exit status {status}")


with DAG(
    dag_id="cartograph_daily",
    description="What was delivered is published, reported and checked",
    schedule="0 4 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 8,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=10),
    },
    tags=["cartograph"],
) as dag:
    run = PythonOperator(task_id="run", python_callable=cartograph, op_args=["run", "--no-report"],
                         execution_timeout=timedelta(hours=3))
    report = PythonOperator(task_id="report", python_callable=cartograph, op_args=["report"],
                            execution_timeout=timedelta(minutes=30))
    check = PythonOperator(task_id="check", python_callable=cartograph, op_args=["check"],
                           execution_timeout=timedelta(hours=1))
    run >> [report, check]
