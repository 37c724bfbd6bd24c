//! COCO (<https://cocodataset.org/#format-data>): `images`, `annotations` of people, `categories`; and `predictions` as an array in
//! the shape of COCO's results, so that no evaluation takes them for the truth. Three times through the files: each array is written
//! as it goes.

use std::collections::{BTreeMap, HashSet};

use portal_model::{
    annotation::{Annotation, Geometry, Point},
    api::explorer::FileTile,
    file::FileKind,
    id::LabelId,
};
use serde_json::{Value, json};

use super::stream::{Page, Writer};

/// What has no label is of this category.
const NO_LABEL: i64 = 0;

/// The writer.
#[derive(Default)]
pub(super) struct Coco {
    /// Pictures that were written: what came into sight later has none.
    images: HashSet<i64>,
    categories: BTreeMap<i64, String>,
    /// Whether the array that is being written has something.
    begun: bool,
    left_out: LeftOut,
}

/// What COCO has no way to say, counted.
#[derive(Default)]
struct LeftOut {
    files: u64,
    shapes: u64,
    unscored: u64,
}

/// The arrays, in the order of the passes.
const ARRAYS: [&str; 3] = ["images", "annotations", "predictions"];

impl Coco {
    fn put(&mut self, out: &mut String, value: &Value) {
        out.push_str(if self.begun { ",\n" } else { "\n" });
        self.begun = true;
        out.push_str(&value.to_string());
    }

    fn category(&mut self, annotation: &Annotation, page: &Page) -> i64 {
        let (id, name) = match (annotation.label, page.label(annotation)) {
            (Some(LabelId(id)), Some(label)) => (id, label.name.clone()),
            (Some(LabelId(id)), None) => (id, format!("#{id}")),
            (None, _) => (NO_LABEL, "no label".to_owned()),
        };
        self.categories.entry(id).or_insert(name);
        id
    }

    fn annotation(&mut self, file: i64, annotation: &Annotation, page: &Page, out: &mut String) {
        let Some(mut shape) = shape(&annotation.geometry) else {
            self.left_out.shapes += 1;
            return;
        };
        let category = self.category(annotation, page);
        if let Some(fields) = shape.as_object_mut() {
            fields.insert("id".into(), json!(annotation.id));
            fields.insert("image_id".into(), json!(file));
            fields.insert("category_id".into(), json!(category));
            fields.insert("iscrowd".into(), json!(0));
        }
        self.put(out, &shape);
    }

    fn prediction(&mut self, file: i64, annotation: &Annotation, page: &Page, out: &mut String) {
        let Some(prediction) = &annotation.prediction else { return };
        let Some(mut shape) = shape(&annotation.geometry) else {
            self.left_out.shapes += 1;
            return;
        };
        // COCO's results are ordered by their scores: there is no place for one without.
        let Some(score) = prediction.score.filter(|score| score.is_finite()) else {
            self.left_out.unscored += 1;
            return;
        };
        let category = self.category(annotation, page);
        if let Some(fields) = shape.as_object_mut() {
            fields.insert("image_id".into(), json!(file));
            fields.insert("category_id".into(), json!(category));
            fields.insert("score".into(), json!(score));
            fields.insert("run".into(), json!(page.run(annotation)));
        }
        self.put(out, &shape);
    }
}

impl Writer for Coco {
    fn passes(&self) -> usize {
        ARRAYS.len()
    }

    fn begin(&mut self, pass: usize, out: &mut String) {
        self.begun = false;
        out.push_str(if pass == 0 { "{" } else { "\n],\n" });
        out.push_str(&format!("\"{}\": [", ARRAYS.get(pass).copied().unwrap_or_default()));
    }

    fn file(&mut self, pass: usize, file: &FileTile, page: &Page, out: &mut String) {
        let id = file.file.id.0;
        if pass == 0 {
            let size = file.file.width.zip(file.file.height).filter(|_| file.file.kind == FileKind::Image);
            let Some((width, height)) = size else {
                self.left_out.files += 1;
                return;
            };
            self.images.insert(id);
            return self.put(out, &json!({"id": id, "file_name": file.file.name, "width": width, "height": height}));
        }
        if !self.images.contains(&id) {
            return;
        }
        for annotation in &file.annotations {
            match (pass, &annotation.prediction) {
                (1, None) => self.annotation(id, annotation, page, out),
                (2, Some(_)) => self.prediction(id, annotation, page, out),
                _ => {}
            }
        }
    }

    fn end(&mut self, out: &mut String) {
        out.push_str("\n],\n\"categories\": [");
        self.begun = false;
        for (id, name) in std::mem::take(&mut self.categories) {
            self.put(out, &json!({"id": id, "name": name, "supercategory": ""}));
        }
        let info = json!({
            "description": "Pictures with what people drew (annotations) and models predicted (predictions: COCO results), in pixels of the stored picture.",
            "left_out": {
                "files_that_are_no_pictures": self.left_out.files,
                "shapes_without_an_extent": self.left_out.shapes,
                "predictions_without_a_score": self.left_out.unscored,
            },
        });
        out.push_str(&format!("\n],\n\"info\": {info}\n}}\n"));
    }
}

/// `bbox`, `area`, and what COCO says further of such a shape; shapes that it has no word for stand whole in `shape`. `None` without
/// an extent on the picture.
fn shape(geometry: &Geometry) -> Option<Value> {
    let (low, high) = geometry.bounds()?;
    let (x, y, width, height) = (low.x, low.y, high.x - low.x, high.y - low.y);
    if ![x, y, width, height].iter().all(|number| number.is_finite()) {
        return None;
    }
    let mut area = width * height;
    let flat = |points: &[Point]| points.iter().flat_map(|point| [point.x, point.y]).collect::<Vec<f64>>();
    let mut fields = json!({ "bbox": [x, y, width, height], "segmentation": [] });
    let told = fields.as_object_mut()?;
    match geometry {
        Geometry::Box { .. } => {
            let (right, bottom) = (x + width, y + height);
            told.insert("segmentation".into(), json!([[x, y, right, y, right, bottom, x, bottom]]));
        }
        Geometry::Polygon { points } if points.len() >= 3 => {
            area = inside(points);
            told.insert("segmentation".into(), json!([flat(points)]));
        }
        Geometry::Keypoints { nodes, .. } => {
            // 2: labelled and visible. Diffgram does not say which are hidden.
            let joints: Vec<f64> = nodes.iter().flat_map(|node| [node.x, node.y, 2.0]).collect();
            told.insert("keypoints".into(), json!(joints));
            told.insert("num_keypoints".into(), json!(nodes.len()));
            told.insert("shape".into(), json!(geometry));
        }
        other => {
            told.insert("shape".into(), json!(other));
        }
    }
    told.insert("area".into(), json!(area));
    Some(fields)
}

/// The area inside an outline.
fn inside(points: &[Point]) -> f64 {
    let mut twice = 0.0;
    for (i, point) in points.iter().enumerate() {
        if let Some(next) = points.get((i + 1) % points.len()) {
            twice += point.x * next.y - next.x * point.y;
        }
    }
    (twice / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use super::{
        super::stream::tests::{all, picture, shape as drawn},
        *,
    };

    fn point(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[tokio::test]
    async fn people_and_models_stand_apart_and_what_coco_cannot_say_is_counted() {
        let at = Geometry::Box { x_min: 10.0, y_min: 20.0, x_max: 40.0, y_max: 60.0 };
        let triangle = Geometry::Polygon { points: vec![point(0.0, 0.0), point(10.0, 0.0), point(0.0, 10.0)] };
        let turned = Geometry::Ellipse {
            center: point(50.0, 50.0),
            width: 20.0,
            height: 10.0,
            angle: std::f64::consts::FRAC_PI_2,
        };
        let files = vec![
            picture(
                1,
                "a.jpg",
                vec![
                    drawn(11, at.clone(), None),
                    drawn(12, triangle, None),
                    drawn(13, turned, None),
                    Annotation { label: None, ..drawn(14, at.clone(), None) },
                    drawn(15, Geometry::Whole, None),
                    drawn(21, at.clone(), Some(Some(0.75))),
                    drawn(22, at.clone(), Some(None)),
                    drawn(23, at.clone(), Some(Some(f64::NAN))),
                ],
            ),
            FileTile {
                file: portal_model::file::FileSummary { kind: FileKind::Video, ..picture(2, "b.mp4", Vec::new()).file },
                ..picture(2, "b.mp4", vec![drawn(31, at, None)])
            },
        ];
        let text = all(files, Coco::default()).await;
        let coco: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(coco["images"], json!([{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}]));
        let people = coco["annotations"].as_array().unwrap();
        assert_eq!(people.iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>(), [11, 12, 13, 14]);
        assert_eq!((&people[0]["bbox"], &people[0]["area"]), (&json!([10.0, 20.0, 30.0, 40.0]), &json!(1200.0)));
        assert_eq!(
            (&people[1]["area"], &people[1]["segmentation"]),
            (&json!(50.0), &json!([[0.0, 0.0, 10.0, 0.0, 0.0, 10.0]]))
        );
        let around: Vec<f64> = people[2]["bbox"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        assert!(around.iter().zip([45.0, 40.0, 10.0, 20.0]).all(|(a, b)| (a - b).abs() < 1e-9), "turned: {around:?}");
        assert!(people[2]["shape"]["ellipse"].is_object());
        let predictions = coco["predictions"].as_array().unwrap();
        assert_eq!(predictions.len(), 1);
        assert_eq!((&predictions[0]["score"], &predictions[0]["run"]), (&json!(0.75), &json!("haar")));
        assert_eq!(predictions[0]["image_id"], 1);
        let categories: Vec<(i64, &str)> = coco["categories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["id"].as_i64().unwrap(), one["name"].as_str().unwrap()))
            .collect();
        assert_eq!(categories, [(0, "no label"), (7, "fa\"ce")]);
        let left_out = &coco["info"]["left_out"];
        assert_eq!(
            *left_out,
            json!({"files_that_are_no_pictures": 1, "shapes_without_an_extent": 1, "predictions_without_a_score": 2})
        );
    }

    #[tokio::test]
    async fn nothing_is_a_whole_document_too() {
        let coco: Value = serde_json::from_str(&all(Vec::new(), Coco::default()).await).unwrap();
        for array in ["images", "annotations", "predictions", "categories"] {
            assert_eq!(coco[array], json!([]), "{array}");
        }
    }
}
