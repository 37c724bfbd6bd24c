//! Files that are no pictures: a text, a sound, and a compound file of three parts; what people answered about them and about one
//! picture; and a picture that lies on its side, with boxes that make no sense. Nobody recorded these: their shapes are those of Diffgram's source (`diffgram-api.md` §4.5, §6.1).

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Inner, Shared, auth,
    data::{File, Picture, World},
    files::{file, url},
    lock, log, ok,
    project::{ALL_ROLES, early},
    shapes::{shape, time},
};

const TEXT: &str = include_str!("../../media/field-notes.txt");
/// The cat, stored on its side, with a flag (EXIF) that browsers turn it upright by.
const TURNED: &[u8] = include_bytes!("../../media/cat-turned.jpg");
const SOUND: &[u8] = include_bytes!("../../media/street-corner.wav");

/// Ana's tasks (by their place among all) that are about something else than a picture.
const TEXT_TASK: usize = 250;
const SOUND_TASK: usize = 251;
const COMPOUND_TASK: usize = 252;
/// Her picture that people answered questions about.
const ANSWERED_TASK: usize = 253;
/// Her picture that lies on its side.
const ODD_TASK: usize = 254;
/// The first part of the compound file.
const FIRST_PART: i64 = 910_001;

/// A text as Diffgram's default tokenizer cuts it: words, signs, and the ends of lines.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        let is_word = c.is_alphanumeric();
        match (is_word, words.last_mut()) {
            (true, Some(last)) if in_word => last.push(c),
            (true, _) => words.push(c.into()),
            (false, _) if c == '\n' || !c.is_whitespace() => words.push(c.into()),
            _ => {}
        }
        in_word = is_word;
    }
    words
}

/// The file of tokens beside a text.
pub(super) fn tokens(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let tagged = words(&text).into_iter().map(|word| {
        let tag = if word.chars().all(char::is_alphanumeric) { "word" } else { "punctuation" };
        json!({"value": word, "tag": tag})
    });
    json!({"nltk": {"words": tagged.collect::<Vec<_>>(), "sentences": []}}).to_string().into_bytes()
}

/// The part of a file named after its kind, for kinds that are not in the recordings. Compound files have none.
pub(super) fn part(inner: &Inner, kind: &str, id: i64, file: &File) -> Option<Value> {
    let common = json!({
        "original_filename": file.name, "soft_delete": false, "url_signed": url(inner, id, "full"), "id": id,
        "url_signed_blob_path": format!("projects/files/{id}"),
    });
    let more = match kind {
        "text" => json!({
            "is_inference": false, "tokens_url_signed": url(inner, id, "tokens"), "is_annotation_example": false,
            "annotation_status": null, "bucket_name": null,
        }),
        "audio" => json!({
            "description": null, "url_public": null, "url_signed_expiry": 0, "time_created": time::http(file.created),
            "time_updated": null,
        }),
        _ => return None,
    };
    let mut part = common;
    for (key, value) in more.as_object().into_iter().flatten() {
        part[key.as_str()] = value.clone();
    }
    Some(part)
}

/// `GET …/file/{id}/child-files`: everything that has this parent, whatever the order.
pub(super) async fn children(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, ALL_ROLES)?;
        let parent: i64 = id.parse().unwrap_or_default();
        let files = inner.world.files.iter().rev();
        let of_it = files.filter(|(_, f)| f.project == project && f.parent.is_some_and(|(id, _)| id == parent));
        let list: Vec<Value> = of_it.filter_map(|(id, _)| file(&inner, *id)).collect();
        Ok(ok(&json!({"child_files": list, "log": log(true)})))
    })())
}

/// An instance that is not a box.
fn mark(kind: &str, label: Option<i64>, more: &Value) -> Value {
    let mut mark = json!({
        "type": kind, "label_file_id": label, "x_min": null, "y_min": null, "x_max": null, "y_max": null, "width": null,
        "height": null, "model_id": null, "model_run_id": null, "score": null, "machine_made": false,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        mark[key.as_str()] = value.clone();
    }
    mark
}

impl World {
    /// Makes some of Ana's files something else. After all that counts pictures.
    pub(super) fn make_kinds(&mut self) {
        let plain = |stem: &str, kind, full: &'static [u8]| Picture {
            stem: stem.into(),
            kind,
            width: 0,
            height: 0,
            full,
            thumb: Vec::new(),
            drawn: Vec::new(),
            frames: std::collections::BTreeMap::new(),
            frame_count: 0,
        };
        let first = self.pictures.len();
        self.pictures.push(plain("field-notes", "text", TEXT.as_bytes()));
        self.pictures.push(plain("street-corner", "audio", SOUND));
        self.pictures.push(plain("site-visit", "compound", b""));
        let (text, sound, compound) = (first, first + 1, first + 2);
        let (person, cup, rocket) = (self.label("person"), self.label("cup"), self.label("rocket"));
        let picture = self.pictures.iter().position(|picture| picture.stem == "rocket").unwrap_or_default();
        let marks = [text_marks(person, cup, rocket), sound_marks(person, cup)];
        let [in_text, in_sound] = marks;
        let about_file = mark(
            "global",
            None,
            &json!({"attribute_groups": {
                "6": "2026-11-20", "7": "14:30", "4": "", "999": {"id": 77, "name": "perhaps"},
            }}),
        );
        let answered = mark(
            "box",
            Some(person),
            &json!({
                "x_min": 12, "y_min": 14, "x_max": 96, "y_max": 120, "width": 84, "height": 106, "attribute_groups": {
                    "1": {"id": 4, "name": "most of it"}, "2": [{"id": 5, "name": "glasses"}, {"id": 6, "name": "hat"}],
                    "3": {"id": 9, "name": "yes"}, "4": "Behind <b>a pane</b> of glass", "5": 70,
                    "8": {"14": {"selected": true, "name": "dark red"}, "12": {"selected": false}},
                },
            }),
        );
        let odd = self.odd_marks();
        let turned = self.pictures.len();
        let cat = self.pictures.iter().find(|picture| picture.stem == "cat");
        // Its size is the one that browsers show, and so are its boxes.
        let upright = cat.map(|cat| Picture {
            width: cat.width,
            height: cat.height,
            thumb: cat.thumb.clone(),
            drawn: cat.drawn.clone(),
            ..plain("cat-turned", "image", TURNED)
        });
        self.pictures.extend(upright);
        for (task, name, picture, marks) in [
            (ODD_TASK, "cat-turned.jpg", Some(turned), odd),
            (TEXT_TASK, "field-notes.txt", Some(text), in_text.clone()),
            (SOUND_TASK, "street-corner.wav", Some(sound), in_sound.clone()),
            (COMPOUND_TASK, "site-visit", Some(compound), vec![about_file.clone()]),
            (ANSWERED_TASK, "", None, vec![answered, about_file]),
        ] {
            let Some(id) = self.file_of_task(task) else { continue };
            let Some(file) = self.files.get_mut(&id) else { continue };
            if let Some(picture) = picture {
                file.picture = picture;
                file.name = name.to_owned();
            }
            file.marks = marks;
        }
        let Some(parent) = self.file_of_task(COMPOUND_TASK) else { return };
        let created = self.started;
        // The last one came first: the order is not that of the ids.
        for (n, (name, picture, ordinal, marks)) in [
            ("site-visit-sound.wav", sound, 3, in_sound),
            ("site-visit-launch.jpg", picture, 1, Vec::new()),
            ("site-visit-notes.txt", text, 2, in_text),
        ]
        .into_iter()
        .enumerate()
        {
            let mut file = File::new(0, picture, name.to_owned(), created, Vec::new());
            file.parent = Some((parent, ordinal));
            file.marks = marks;
            self.put_file(FIRST_PART + n as i64, file);
        }
    }

    /// Boxes without a width, inside out, beside the picture; and predictions whose scores say nothing.
    fn odd_marks(&mut self) -> Vec<Value> {
        let cat = self.label("cat face");
        let run = self.runs.first().map_or(1, |(id, _)| *id);
        let of = |[x_min, y_min, x_max, y_max]: [i64; 4], score: Option<Value>| {
            let mut mark = mark(
                "box",
                Some(cat),
                &json!({
                    "x_min": x_min, "y_min": y_min, "x_max": x_max, "y_max": y_max, "width": x_max - x_min,
                    "height": y_max - y_min,
                }),
            );
            if let Some(score) = score {
                mark["model_id"] = json!(run);
                mark["model_run_id"] = json!(run);
                mark["machine_made"] = json!(true);
                mark["score"] = score;
            }
            mark
        };
        vec![
            of([40, 40, 40, 90], None),
            of([120, 90, 60, 30], None),
            of([900, 700, 980, 760], None),
            of([20, 200, 90, 260], Some(Value::Null)),
            of([330, 20, 420, 90], Some(json!(7.5))),
        ]
    }

    fn file_of_task(&self, place: usize) -> Option<i64> {
        self.tasks.get(&(1_001 + place as i64)).map(|task| task.file)
    }
}

/// Marks on the notes; one was drawn from right to left, one a model found.
fn text_marks(person: i64, cup: i64, rocket: i64) -> Vec<Value> {
    let all = words(TEXT);
    let at = |word: &str| all.iter().position(|known| known == word).unwrap_or_default();
    let of = |label, from: usize, to: usize, more: Value| {
        let mut more = more;
        more["start_token"] = json!(from);
        more["end_token"] = json!(to);
        mark("text_token", Some(label), &more)
    };
    vec![
        of(person, at("Eileen"), at("Collins"), json!({"attribute_groups": {"4": "an astronaut"}})),
        of(cup, at("cup"), at("cup"), json!({})),
        of(rocket, at("rocket"), at("rocket"), json!({})),
        of(person, at("Müller"), at("Jörg"), json!({})),
        of(
            person,
            at("سارة"),
            at("سارة"),
            json!({"model_id": 1, "model_run_id": 1, "score": 0.62, "machine_made": true}),
        ),
    ]
}

fn sound_marks(person: i64, cup: i64) -> Vec<Value> {
    let of = |label, from: f64, to: f64| mark("audio", Some(label), &json!({"start_time": from, "end_time": to}));
    vec![of(person, 0.4, 2.1), of(cup, 2.6, 4.1), of(person, 4.3, 5.6)]
}

/// A shape that is filled with a part named after its kind.
pub(super) fn bare_file(kind: &str) -> Value {
    let mut wire = shape("file_image");
    if let Some(wire) = wire.as_object_mut() {
        wire.remove("image");
        wire.insert("type".into(), json!(kind));
    }
    wire
}
