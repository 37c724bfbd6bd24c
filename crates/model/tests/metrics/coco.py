"""What pycocotools says of the boxes in `coco.json`; `metrics_like_coco.rs` compares with it.

    pip install pycocotools==2.0.11 numpy
    python3 crates/model/tests/metrics/coco.py

The boxes are those of the demo's pictures, drawn by people and predicted by two real detectors, and random ones: equal
scores, equal overlaps, pictures without truths and without predictions, classes without either.
"""
import contextlib, io, json, pathlib, random

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

HERE = pathlib.Path(__file__).parent
DEMO = HERE / "../../../demo/media/annotations.json"


def rect(box):
    return [box["x_min"], box["y_min"], box["x_max"], box["y_max"]]


def real(run):
    images = json.loads(DEMO.read_text())["images"]
    names = sorted({box["label"] for image in images for box in image["ground_truth"] + image["predictions"]})
    return {
        "name": run,
        "classes": len(names),
        "files": [
            {
                "truths": [[names.index(box["label"]), *rect(box)] for box in image["ground_truth"]],
                "predictions": [
                    [names.index(box["label"]), *rect(box), box["score"]]
                    for box in image["predictions"]
                    if box["model_run"] == run
                ],
            }
            for image in images
        ],
    }


def made(name, seed, files, most):
    """Small whole numbers, so that scores and overlaps are often equal."""
    chance = random.Random(seed)

    def box():
        x, y = chance.randrange(0, 60, 5), chance.randrange(0, 60, 5)
        return [x, y, x + chance.choice([10, 15, 20, 30]), y + chance.choice([10, 15, 20, 30])]

    def near(box):
        return [edge + chance.choice([-2, -1, 0, 0, 1, 2]) for edge in box]

    all = []
    for at in range(files):
        truths = [[chance.randrange(4), *box()] for _ in range(0 if at % 7 == 3 else chance.randrange(most))]
        predictions = [[truth[0], *near(truth[1:]), round(chance.random(), 1)] for truth in truths if chance.random() < 0.7]
        predictions += [[chance.randrange(5), *box(), round(chance.random(), 1)] for _ in range(chance.randrange(most))]
        chance.shuffle(predictions)
        all.append({"truths": truths, "predictions": [] if at % 5 == 4 else predictions})
    return {"name": name, "classes": 6, "files": all}


def judge(case):
    coco_box = lambda box: [box[0], box[1], box[2] - box[0], box[3] - box[1]]
    truths, predictions = [], []
    for image, file in enumerate(case["files"], 1):
        for cls, *box in file["truths"]:
            x, y, w, h = coco_box(box)
            truths.append({"id": len(truths) + 1, "image_id": image, "category_id": cls + 1, "bbox": [x, y, w, h], "area": w * h, "iscrowd": 0})
        for cls, *box, score in file["predictions"]:
            predictions.append({"image_id": image, "category_id": cls + 1, "bbox": coco_box(box), "score": score})
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": image} for image in range(1, len(case["files"]) + 1)],
            "categories": [{"id": cls + 1} for cls in range(case["classes"])],
            "annotations": truths,
        }
        coco.createIndex()
        run = COCOeval(coco, coco.loadRes(predictions), "bbox")
        run.params.maxDets = [1_000_000]
        run.params.areaRng, run.params.areaRngLbl = [[0, 1e10]], ["all"]
        run.evaluate()
        run.accumulate()
    precision, recall = run.eval["precision"][..., 0, 0], run.eval["recall"][..., 0, 0]
    # precision: overlap x recall x class. -1 stands for a class without truths.
    some = precision[precision > -1]
    case["map"] = float(some.mean())
    case["expected"] = [
        None
        if precision[0, 0, cls] < 0
        else {
            "ap": [float(precision[overlap, :, cls].mean()) for overlap in range(10)],
            "recall": [float(recall[overlap, cls]) for overlap in range(10)],
            "precision_at_half": [round(float(number), 9) for number in precision[0, :, cls]],
        }
        for cls in range(case["classes"])
    ]
    return case


cases = [real("haar-default"), real("haar-alternative"), made("made", 7, 40, 9), made("crowded", 8, 6, 60)]
# A case to a line, a list of precisions as runs of the same number: small, and a difference can be read.
for case in map(judge, cases):
    for expected in filter(None, case["expected"]):
        runs = []
        for number in expected.pop("precision_at_half"):
            if runs and runs[-1][1] == number:
                runs[-1][0] += 1
            else:
                runs.append([1, number])
        expected["precisions_at_half"] = runs
(HERE / "coco.json").write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
