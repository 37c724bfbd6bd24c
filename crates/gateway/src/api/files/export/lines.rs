//! A JSON object for each file, with all that is drawn on it, one a line; and ids alone.

use portal_model::{api::explorer::FileTile, file::FileKind, id::FileId};
use serde_json::{Value, json};
use url::Url;

use super::{
    csv::link,
    stream::{Page, Writer},
};

/// JSON Lines.
pub(super) struct Lines {
    public: Url,
}

impl Lines {
    pub(super) fn new(public: Url) -> Self {
        Self { public }
    }
}

impl Writer for Lines {
    fn file(&mut self, _pass: usize, file: &FileTile, page: &Page, out: &mut String) {
        let annotations = file.annotations.iter().map(|annotation| {
            let prediction = annotation.prediction.as_ref();
            json!({
                "id": annotation.id,
                "label": page.label(annotation).map(|label| &label.name),
                "label_id": annotation.label,
                "geometry": annotation.geometry,
                "predicted": prediction.is_some(),
                "run": page.run(annotation),
                "run_id": prediction.and_then(|prediction| prediction.run),
                "score": prediction.and_then(|prediction| prediction.score),
            })
        });
        let FileId(id) = file.file.id;
        let line = json!({
            "id": id,
            "name": file.file.name,
            "type": file.file.kind,
            "project": file.project,
            "dataset": file.dataset.as_ref().map(|dataset| &dataset.name),
            "width": file.file.width,
            "height": file.file.height,
            "frames": file.file.frame_count,
            "changed": file.updated,
            "task": file.task,
            // Whether what is drawn on it has been read: else nobody knows.
            "read": file.truths.is_some(),
            // What is drawn on the frames of a clip is only counted here: none of it is said rather than none being drawn.
            "annotations": (file.file.kind != FileKind::Video).then(|| annotations.collect::<Vec<Value>>()),
            "people_drew": file.truths,
            "models_predicted": file.predictions,
            "link": link(&self.public, file.file.id),
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
}

/// Diffgram's ids.
pub(super) struct Ids;

impl Writer for Ids {
    fn file(&mut self, _pass: usize, file: &FileTile, _page: &Page, out: &mut String) {
        out.push_str(&file.file.id.to_string());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use portal_model::annotation::Geometry;

    use super::{
        super::stream::tests::{all, picture, shape},
        *,
    };

    #[tokio::test]
    async fn each_line_is_a_file_with_all_that_is_drawn_on_it() {
        let at = Geometry::Box { x_min: 1.5, y_min: 2.0, x_max: 30.0, y_max: 40.0 };
        let shapes =
            vec![shape(5, at.clone(), None), shape(6, at, Some(Some(0.25))), shape(7, Geometry::Whole, Some(None))];
        let files = vec![picture(1, "line\nbreak \"x\".jpg", shapes), picture(2, "b.jpg", Vec::new())];
        let text = all(files.clone(), Lines::new(Url::parse("https://portal.example").unwrap())).await;
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["name"], "line\nbreak \"x\".jpg");
        assert_eq!(lines[0]["link"], "https://portal.example/go/file/1");
        let drawn = lines[0]["annotations"].as_array().unwrap();
        assert_eq!(drawn.len(), 3);
        assert_eq!(drawn[0]["geometry"], json!({"box": {"x_min": 1.5, "y_min": 2.0, "x_max": 30.0, "y_max": 40.0}}));
        assert_eq!((&drawn[0]["label"], &drawn[0]["score"]), (&json!("fa\"ce"), &Value::Null));
        assert_eq!((&drawn[1]["run"], &drawn[1]["score"]), (&json!("haar"), &json!(0.25)));
        assert_eq!((&drawn[2]["predicted"], &drawn[2]["score"]), (&json!(true), &Value::Null));
        assert_eq!(all(files.clone(), Ids).await, "1\n2\n");
        let mut clip = files[1].clone();
        clip.file.kind = FileKind::Video;
        (clip.truths, clip.predictions) = (Some(187), Some(3));
        let text = all(vec![clip], Lines::new(Url::parse("https://portal.example").unwrap())).await;
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&line["annotations"], &line["people_drew"]), (&Value::Null, &json!(187)), "counted, not listed");
    }
}
