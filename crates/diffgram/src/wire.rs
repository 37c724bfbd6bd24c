//! Oddities that several endpoints share: times, texts, numbers and colours as Diffgram sends them.

use jiff::{Timestamp as Moment, civil, fmt::rfc2822, tz::TimeZone};
use portal_model::{
    annotation::{Annotation, AnnotationSet, Geometry, Label, Point, Prediction},
    file::{FileKind, FileSummary},
    id::{AnnotationId, AnnotationRoot, AttributeId, FileId, LabelId, ModelRunId, OptionId},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::types::{FileTimes, Given, GivenValue};

/// Reads any of Diffgram's formats (`diffgram-api.md` §13, trap 33), all UTC; "None" and rubbish are `None`.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let moment = rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()).or_else(|| {
        let plain = text.replacen(' ', "T", 1);
        let moment: Option<Moment> = plain.parse().ok();
        moment.or_else(|| TimeZone::UTC.to_timestamp(plain.parse::<civil::DateTime>().ok()?).ok())
    })?;
    Some(Timestamp(format!("{moment:.6}")))
}

/// A field that should be a text: anything else reads as none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        _ => String::new(),
    })
}

/// A list whose members that make no sense are left out and counted. What is no list at all is an error: nothing and something
/// unreadable must not look alike (the calls here never answer `false` for an empty one, §13, trap 30).
#[derive(Debug)]
pub(crate) struct Tolerant<T> {
    pub(crate) good: Vec<T>,
    pub(crate) unreadable: u32,
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Tolerant<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Vec::<Value>::deserialize(deserializer)?;
        let mut list = Self { good: Vec::with_capacity(members.len()), unreadable: 0 };
        for member in members {
            match serde_json::from_value(member) {
                Ok(good) => list.good.push(good),
                Err(_) => list.unreadable += 1,
            }
        }
        Ok(list)
    }
}

/// A file as most answers carry it (`diffgram-api.md` §4.5): the part named after its type holds size and URLs.
#[derive(Debug, Deserialize)]
pub(crate) struct WireFile {
    pub(crate) id: i64,
    #[serde(rename = "type", default, deserialize_with = "text")]
    kind: String,
    #[serde(default, deserialize_with = "text")]
    original_filename: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl WireFile {
    /// The part named after the type; `sensor_fusion` puts it under `point_cloud`.
    fn blob(&self) -> Option<&Map<String, Value>> {
        let name = if self.kind == "sensor_fusion" { "point_cloud" } else { &self.kind };
        self.rest.get(name).and_then(Value::as_object)
    }

    fn blob_text(&self, key: &str) -> Option<String> {
        self.blob()?.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// URL of a small picture, perhaps expired.
    pub(crate) fn thumb_url(&self) -> Option<String> {
        self.blob_text("url_signed_thumb").or_else(|| self.blob_text("preview_image_url_thumb"))
    }

    /// URL of the blob, perhaps expired.
    pub(crate) fn full_url(&self) -> Option<String> {
        self.blob_text("url_signed").or_else(|| self.blob_text("file_signed_url"))
    }

    /// URL of the words of a text, perhaps expired.
    pub(crate) fn tokens_url(&self) -> Option<String> {
        self.blob_text("tokens_url_signed")
    }

    /// Its place within a compound file; those without one come last.
    pub(crate) fn ordinal(&self) -> i64 {
        self.rest.get("ordinal").and_then(Value::as_i64).unwrap_or(i64::MAX)
    }

    pub(crate) fn times(&self) -> FileTimes {
        let at = |key: &str| self.rest.get(key).and_then(Value::as_str).and_then(time);
        FileTimes { created: at("created_time"), changed: at("time_last_updated") }
    }

    pub(crate) fn summary(&self) -> FileSummary {
        let number = |key: &str| {
            self.blob()?.get(key)?.as_f64().filter(|n| *n > 0.0 && *n < 1e9).map(|n| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1e9")]
                let whole = n as u32;
                whole
            })
        };
        FileSummary {
            id: FileId(self.id),
            name: self.original_filename.clone(),
            kind: FileKind::from(self.kind.clone()),
            width: number("width"),
            height: number("height"),
            frame_count: number("frame_count"),
            frame_rate: self
                .blob()
                .and_then(|b| b.get("frame_rate")?.as_f64())
                .filter(|rate| rate.is_finite() && *rate > 0.0),
            has_thumb: self.thumb_url().is_some(),
        }
    }
}

/// A label as files and instances carry it (`diffgram-api.md` §7.2).
#[derive(Debug, Deserialize)]
pub(crate) struct WireLabel {
    id: i64,
    #[serde(default)]
    colour: Value,
    #[serde(default)]
    label: Value,
}

impl WireLabel {
    pub(crate) fn label(&self) -> Label {
        let name = self.label.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let hex = self.colour.get("hex").and_then(Value::as_str).and_then(hex_colour);
        Label { id: LabelId(self.id), name, color: hex.unwrap_or_else(|| fallback_colour(self.id)) }
    }
}

fn hex_colour(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    let wide = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        // Some pickers add the opacity.
        6 | 8 => digits.chars().take(6).collect::<String>(),
        _ => return None,
    };
    wide.chars().all(|c| c.is_ascii_hexdigit()).then(|| format!("#{}", wide.to_lowercase()))
}

/// A colour for a label that has none: always the same one, told apart from its neighbours.
fn fallback_colour(id: i64) -> String {
    const COLOURS: [&str; 8] = ["#4263eb", "#e8590c", "#2f9e44", "#c2255c", "#0c8599", "#9c36b5", "#e67700", "#5f3dc4"];
    COLOURS[usize::try_from(id.rem_euclid(8)).unwrap_or(0)].to_owned()
}

/// One instance (`diffgram-api.md` §6.3): sixty keys, of which few are used.
#[derive(Debug, Deserialize)]
pub(crate) struct WireInstance {
    id: i64,
    #[serde(rename = "type", default, deserialize_with = "text")]
    kind: String,
    #[serde(default)]
    label_file_id: Value,
    #[serde(default)]
    pub(crate) label_file: Value,
    #[serde(default)]
    soft_delete: Value,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl WireInstance {
    fn number(&self, key: &str) -> Option<f64> {
        self.rest.get(key)?.as_f64().filter(|n| n.is_finite())
    }

    /// A place counted from 0.
    fn place(&self, key: &str) -> Option<u32> {
        self.rest.get(key)?.as_u64().and_then(|place| u32::try_from(place).ok())
    }

    fn id_of(&self, key: &str) -> Option<i64> {
        self.rest.get(key)?.as_i64()
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.soft_delete == Value::Bool(true)
    }

    /// The clean annotation, or `None` when its shape makes no sense (DAT-07).
    fn annotation(&self) -> Option<Annotation> {
        let run = self.id_of("model_run_id").map(ModelRunId);
        // A person's edit keeps run and score (`sync-evidence.md` §5), so the run tells, not `machine_made`; a machine's box
        // without any run is a prediction of an unnamed one.
        let machine = self.rest.get("machine_made") == Some(&Value::Bool(true));
        let score = self.number("score");
        let prediction =
            (run.is_some() || (machine && self.id_of("model_id").is_some())).then_some(Prediction { run, score });
        Some(Annotation {
            id: AnnotationId(self.id),
            root: self.id_of("root_id").map(AnnotationRoot),
            label: self.label_file_id.as_i64().map(LabelId),
            geometry: self.geometry()?,
            prediction,
            track: self.id_of("number"),
        })
    }

    fn point(&self, key: &str) -> Option<Point> {
        point(self.rest.get(key)?)
    }

    fn points(&self, least: usize) -> Option<Vec<Point>> {
        let points: Option<Vec<Point>> = self.rest.get("points")?.as_array()?.iter().map(point).collect();
        points.filter(|points| points.len() >= least)
    }

    fn geometry(&self) -> Option<Geometry> {
        Some(match self.kind.as_str() {
            "box" => {
                let (x_min, y_min) = (self.number("x_min")?, self.number("y_min")?);
                let (x_max, y_max) = (self.number("x_max")?, self.number("y_max")?);
                if x_min >= x_max || y_min >= y_max {
                    return None;
                }
                Geometry::Box { x_min, y_min, x_max, y_max }
            }
            "polygon" => Geometry::Polygon { points: self.points(2)? },
            "line" => Geometry::Line { points: self.points(2)? },
            "point" => Geometry::Point { at: *self.points(1)?.first()? },
            "ellipse" => {
                let center = Point { x: self.number("center_x")?, y: self.number("center_y")? };
                let (width, height) = (self.number("width")?, self.number("height")?);
                if width <= 0.0 || height <= 0.0 {
                    return None;
                }
                Geometry::Ellipse { center, width, height, angle: self.number("angle").unwrap_or(0.0) }
            }
            "curve" => Geometry::Curve { p1: self.point("p1")?, p2: self.point("p2")?, control: self.point("cp")? },
            "keypoints" => self.keypoints()?,
            "cuboid" => Geometry::Cuboid { front: self.face("front_face")?, rear: self.face("rear_face")? },
            "text_token" => {
                // Drawn from right to left, the first is the last.
                let (one, other) = (self.place("start_token")?, self.place("end_token")?);
                Geometry::Words { first: one.min(other), last: one.max(other) }
            }
            "audio" => {
                let (start, end) = (self.number("start_time")?, self.number("end_time")?);
                if start < 0.0 || start > end {
                    return None;
                }
                Geometry::Stretch { start, end }
            }
            "tag" | "global" => Geometry::Whole,
            word => Geometry::Other { word: word.to_owned() },
        })
    }

    fn keypoints(&self) -> Option<Geometry> {
        let wire = self.rest.get("nodes")?.as_array()?;
        let nodes: Vec<Point> = wire.iter().map(point).collect::<Option<_>>()?;
        let place = |id: Option<&Value>| id.and_then(|id| wire.iter().position(|node| node.get("id") == Some(id)));
        let edges = self.rest.get("edges").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let edges = edges.iter().filter_map(|edge| Some((place(edge.get("from"))?, place(edge.get("to"))?))).collect();
        (!nodes.is_empty()).then_some(Geometry::Keypoints { nodes, edges })
    }

    fn face(&self, key: &str) -> Option<[Point; 4]> {
        let face = self.rest.get(key)?;
        let corner = |name: &str| point(face.get(name)?);
        Some([corner("top_left")?, corner("top_right")?, corner("bot_right")?, corner("bot_left")?])
    }
}

fn point(value: &Value) -> Option<Point> {
    let number = |key: &str| value.get(key)?.as_f64().filter(|n| n.is_finite());
    Some(Point { x: number("x")?, y: number("y")? })
}

/// What a list of instances holds.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) set: AnnotationSet,
    /// Each label they carry, once.
    pub(crate) labels: Vec<Label>,
    pub(crate) answers: Vec<Given>,
}

/// The clean annotations of a list, with their labels and answers.
pub(crate) fn annotations(list: Tolerant<WireInstance>) -> Read {
    let mut set = AnnotationSet { annotations: Vec::with_capacity(list.good.len()), unreadable: list.unreadable };
    let mut labels: Vec<Label> = Vec::new();
    let mut answers = Vec::new();
    for mut instance in list.good.into_iter().filter(|instance| !instance.is_deleted()) {
        answers.extend(given(&instance));
        match instance.annotation() {
            Some(annotation) => set.annotations.push(annotation),
            None => set.unreadable += 1,
        }
        if let Ok(label) = serde_json::from_value::<WireLabel>(instance.label_file.take())
            && labels.iter().all(|known| known.id.0 != label.id)
        {
            labels.push(label.label());
        }
    }
    Read { set, labels, answers }
}

/// What was answered on an instance; the one of type `global` stands for its file (`diffgram-api.md` §6.1).
fn given(instance: &WireInstance) -> Option<Given> {
    let groups = instance.rest.get("attribute_groups")?.as_object()?;
    let answers: Vec<_> = groups
        .iter()
        .filter_map(|(id, value)| Some((AttributeId(id.parse().ok()?), value_of(value)?)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let annotation = (instance.kind != "global").then_some(AnnotationId(instance.id));
    (!answers.is_empty()).then_some(Given { annotation, answers })
}

/// Values are stored as they were sent, without a look at the schema: their shape tells what they are.
fn value_of(value: &Value) -> Option<Vec<GivenValue>> {
    let said = |text: String| (!text.is_empty()).then(|| vec![GivenValue::Said(text)]);
    let option = |value: &Value| {
        let id = value.get("id").unwrap_or(value).as_i64()?;
        let name = value.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
        Some(GivenValue::Option { id: OptionId(id), name: name.map(str::to_owned) })
    };
    match value {
        Value::String(text) => said(text.clone()),
        Value::Number(number) => said(number.to_string()),
        Value::Array(all) => Some(all.iter().filter_map(option).collect()),
        Value::Object(map) if map.contains_key("id") => option(value).map(|one| vec![one]),
        // A tree: options by id, each with whether it is chosen.
        Value::Object(map) => {
            let chosen = map.iter().filter(|(_, node)| node.get("selected") == Some(&Value::Bool(true)));
            Some(
                chosen
                    .filter_map(|(id, node)| {
                        let name = node.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
                        Some(GivenValue::Option { id: OptionId(id.parse().ok()?), name: name.map(str::to_owned) })
                    })
                    .collect(),
            )
        }
        Value::Null | Value::Bool(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_time_format_reads_as_one() {
        let same = Some(Timestamp("2024-10-13T18:55:40.000000Z".into()));
        for text in [
            "2024-10-13T18:55:40",
            "2024-10-13 18:55:40",
            "Sun, 13 Oct 2024 18:55:40 GMT",
            "2024-10-13 18:55:40.000000",
        ] {
            assert_eq!(time(text), same, "{text}");
        }
        assert_eq!(time("2024-10-13 18:55:40.123456").map(|t| t.0).as_deref(), Some("2024-10-13T18:55:40.123456Z"));
        for none in ["None", "", "yesterday", "2024-13-45 00:00:00"] {
            assert_eq!(time(none), None, "{none}");
        }
    }

    #[test]
    fn answers_are_told_apart_by_their_shape() {
        let option = |id, name: Option<&str>| GivenValue::Option { id: OptionId(id), name: name.map(str::to_owned) };
        let said = |text: &str| vec![GivenValue::Said(text.to_owned())];
        for (value, read) in [
            (json!({"id": 4, "name": "red"}), Some(vec![option(4, Some("red"))])),
            (json!([{"id": 4, "name": ""}, {"id": "5"}, 6]), Some(vec![option(4, None), option(6, None)])),
            (
                json!({"9": {"selected": true, "name": "wine"}, "10": {"selected": false}, "x": {"selected": true}}),
                Some(vec![option(9, Some("wine"))]),
            ),
            (json!("2026-11-24"), Some(said("2026-11-24"))),
            (json!(7.5), Some(said("7.5"))),
            (json!(""), None),
            (json!(null), None),
            (json!(true), None),
            (json!({"id": null}), None),
        ] {
            assert_eq!(value_of(&value), read, "{value}");
        }
    }

    #[test]
    fn colours_are_always_six_digits() {
        assert_eq!(hex_colour("#F0a").as_deref(), Some("#ff00aa"));
        assert_eq!(hex_colour("#FF0000").as_deref(), Some("#ff0000"));
        for bad in ["red", "#12", "#gggggg", "#12345é", "url(//evil)"] {
            assert_eq!(hex_colour(bad), None, "{bad}");
        }
        assert_eq!(fallback_colour(-1), fallback_colour(7));
    }
}
