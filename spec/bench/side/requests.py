"""The tasks with Python's requests. usage: requests.py task url ca [n [c]]"""
import sys
import time
from concurrent.futures import ThreadPoolExecutor

# not this file
sys.path = [p for p in sys.path if not p.endswith("spec/bench/side")]
import requests

task, url, ca, n = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
concurrency = int(sys.argv[5]) if len(sys.argv) > 5 else 1
WORK = 0.03  # seconds at each page

session = requests.Session()
session.headers["Authorization"] = "SSWS tok"
if ca:
    session.verify = ca
adapter = requests.adapters.HTTPAdapter(pool_maxsize=concurrency)
session.mount("http://", adapter)


def walk(at_page):
    at, count = url + "/api/v1/users?limit=200", 0
    while at:
        answer = session.get(at)
        answer.raise_for_status()
        for user in answer.json():
            count += 1 if user["id"] else 0
        at_page()
        at = answer.links.get("next", {}).get("url")
    assert count == n, count


def get(_):
    answer = session.get(url + "/api/v1/users/00u1")
    answer.raise_for_status()
    assert answer.json()["id"]


def suspend(number):
    session.post(url + "/api/v1/users/00u%d/lifecycle/suspend" % number).raise_for_status()


if task == "list":
    walk(lambda: None)
elif task == "work":
    walk(lambda: time.sleep(WORK))
elif task == "get":
    for i in range(n):
        get(i)
elif task == "life":
    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(suspend, range(n)))
