"""Index a folder with rclip, start-up apart: run by the Python of an environment with rclip 3. Prints JSON.

usage: RCLIP_DATADIR=... rclip_session.py FOLDER
"""

import json
import os
import sys
import time
from importlib.metadata import version

import numpy as np
from rclip import db, model
from rclip.main import RClip
from rclip.utils import helpers

BATCH = 8  # rclip's own


def main() -> None:
    began = time.perf_counter()
    network = model.Model()
    network.ensure_downloaded()
    network.compute_preprocessed_image_features([np.zeros((3, 256, 256), np.float32)] * BATCH, for_indexing=True)
    database = db.DB(helpers.get_app_datadir() / "db.sqlite3")
    rclip = RClip(network, database, BATCH, None)
    ready = time.perf_counter()
    rclip.ensure_index(os.path.abspath(sys.argv[1]))
    seconds = time.perf_counter() - ready
    photos = database._con.execute("SELECT count(*) FROM images WHERE deleted IS NULL").fetchone()[0]
    rclip.close()
    network.close()
    database.close()
    facts = {"rclip": version("rclip"), "photos": photos, "seconds": seconds, "startup_seconds": ready - began}
    print(json.dumps(facts | {"photos_per_second": photos / seconds}))


if __name__ == "__main__":
    main()
