"""Predictions on the frames of `pan.mp4`, of a real, simple detector: the cup and the spoon of one frame are looked for in all
others by normalised cross-correlation; the best place counts, and how well it fits is its score.

    pip install opencv-python-headless
    python3 crates/demo/media/pan-predictions.py > crates/demo/media/pan-predictions.json
"""
import json, pathlib

import cv2

HERE = pathlib.Path(__file__).parent
# Where both are whole.
PATTERNS = {"cup": 55, "spoon": 90}
LEAST = 0.3

truths = json.loads((HERE / "annotations.json").read_text())["video"]["ground_truth_by_frame"]
clip, frames = cv2.VideoCapture(str(HERE / "pan.mp4")), []
while True:
    more, frame = clip.read()
    if not more:
        break
    frames.append(frame)
lines = []
for label, of in PATTERNS.items():
    box = next(box for box in truths[str(of)] if box["label"] == label)
    # A part of it is looked for, so that it is found while it comes into the picture.
    width, height = box["x_max"] - box["x_min"], box["y_max"] - box["y_min"]
    left, right = box["x_min"] + width // 4, box["x_max"] - width // 4
    top, bottom = box["y_min"] + height // 4, box["y_max"] - height // 4
    pattern = frames[of][top:bottom, left:right]
    for number, frame in enumerate(frames):
        _, score, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(frame, pattern, cv2.TM_CCOEFF_NORMED))
        if score < LEAST:
            continue
        x, y = x - width // 4, y - height // 4
        rect = [max(x, 0), max(y, 0), min(x + width, frame.shape[1]), min(y + height, frame.shape[0])]
        lines.append([number, label, round(score, 4), *rect])
print("[\n" + ",\n".join(json.dumps(line) for line in sorted(lines)) + "\n]")
