//! Files and what is drawn on them, as the explorer is asked by.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use sqlx::{Row, SqliteConnection};

use super::{Bits, Numbers, Which, order::Order};
use crate::index::files::millionths;

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) id: i64,
    /// Its kind's number.
    pub(crate) kind: u32,
    /// Its name, folded.
    pub(crate) name: Box<str>,
    /// When it was made; empty while not known.
    pub(crate) created: Box<str>,
    /// When it last changed; empty while not known.
    pub(crate) changed: Box<str>,
    /// In pixels; 0 while not known.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// How long it lasts, in millionths of a second; 0 when it is no video or that is not known.
    pub(crate) lasts: i64,
    /// Whether an issue is open on it.
    pub(crate) has_issue: bool,
    /// Whether its annotations were never read.
    pub(crate) unread: bool,
    /// The datasets it is in.
    datasets: Box<[i64]>,
    /// What is drawn on it.
    pub(crate) drawn: Box<[Drawn]>,
    /// What was answered on it and on what is drawn.
    pub(crate) answers: Box<[Answered]>,
    /// Who sees it differently.
    pub(crate) differ: Box<[Differ]>,
}

/// An answer to a question.
#[derive(Debug)]
pub(crate) struct Answered {
    /// On which annotation: its place in [`File::drawn`].
    pub(crate) on: u32,
    /// The question's number.
    pub(crate) attribute: u32,
    pub(crate) value: Value,
}

/// What was answered.
#[derive(Debug)]
pub(crate) enum Value {
    /// The option of this id.
    Option(i64),
    /// A text, number, day or time, folded.
    Said(Box<str>),
}

/// How differently two sides see a file: runs by their ids, the smaller first; people are 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Differ {
    pub(crate) sides: (i64, i64),
    /// In millionths: 0 where they find the same.
    pub(crate) by: i64,
}

/// One annotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    /// One more than its label's number; 0 without.
    pub(crate) label: u32,
    /// 0 when a person drew it; 1 for a prediction of no run; else two more than its run's number.
    pub(crate) run: u32,
    /// What a model scored it; no number when none did.
    pub(crate) score: f64,
    /// On which frame of a video, from 0; [`Drawn::NO_FRAME`] elsewhere.
    frame: u32,
    /// Its place in [`portal_model::query::Shape::ALL`].
    pub(crate) shape: u8,
}

impl Drawn {
    const NO_FRAME: u32 = u32::MAX;

    /// The number of a label in [`Self::label`].
    pub(crate) const LABEL: u32 = 1;
    /// The number of a run in [`Self::run`].
    pub(crate) const RUN: u32 = 2;

    /// What a model scored it.
    pub(crate) fn score(self) -> Option<f64> {
        (!self.score.is_nan()).then_some(self.score)
    }

    /// On which frame of a video.
    pub(crate) fn frame(self) -> Option<u32> {
        (self.frame != Self::NO_FRAME).then_some(self.frame)
    }
}

/// All files. Each keeps its place while the gateway runs.
#[derive(Debug, Default)]
pub(crate) struct Files {
    rows: Vec<Option<File>>,
    places: HashMap<i64, u32>,
    members: HashMap<i64, Bits>,
    /// Files by what [`Drawn::label`] and [`Drawn::run`] are on them.
    labelled: Vec<Bits>,
    run: Vec<Bits>,
    predicted: Bits,
    /// Files with an answer to a question, by its number, and with one of its options.
    answered: Vec<Bits>,
    chosen: HashMap<(u32, i64), Bits>,
    /// Lowest and highest score on each file; no numbers where nothing was scored.
    scores: Vec<(f64, f64)>,
    none: Bits,
    unread: u32,
    pub(crate) kinds: Numbers<String>,
    pub(crate) labels: Numbers<i64>,
    pub(crate) runs: Numbers<i64>,
    pub(crate) attributes: Numbers<i64>,
    pub(crate) by_name: Order,
    pub(crate) by_created: Order,
    pub(crate) by_changed: Order,
}

/// A file as it was read.
struct Fresh {
    id: i64,
    kind: String,
    name: Box<str>,
    created: Box<str>,
    changed: Box<str>,
    width: u32,
    height: u32,
    lasts: i64,
    has_issue: bool,
    unread: bool,
    datasets: Vec<i64>,
    drawn: Vec<FreshlyDrawn>,
    /// On which annotation, by its place in the store; the question; what was answered.
    answers: Vec<(i64, i64, Value)>,
    differ: Vec<Differ>,
}

/// An annotation as it was read: small, because there are millions at a start.
struct FreshlyDrawn {
    /// [`NOTHING`] without.
    label: i64,
    /// [`NOTHING`] when a person drew it, [`NO_RUN`] for a prediction of no run.
    run: i64,
    score: f64,
    frame: u32,
    shape: u8,
    /// Its place in the store.
    n: i64,
}

/// Ids are never so small.
const NOTHING: i64 = i64::MIN;
const NO_RUN: i64 = i64::MIN + 1;

/// Files that were read, and ids of all that were looked for.
pub(super) struct News {
    fresh: Vec<Fresh>,
    looked_for: Vec<i64>,
}

/// Reads files. They come in the order of their ids.
pub(super) async fn read(tx: &mut SqliteConnection, which: &Which, looked_for: Vec<i64>) -> Result<News, sqlx::Error> {
    let mut fresh: Vec<Fresh> = Vec::new();
    let mut sql = which.select(
        "SELECT id, kind, name_key, created, changed, kind <> 'compound' AND iif(kind = 'video', frames_read, drawn) IS NULL,
           coalesce(width, 0), coalesce(height, 0), frame_count / frame_rate, open_issues > 0 FROM file",
        "id",
        "id",
    );
    let mut rows = sql.build().fetch(&mut *tx);
    while let Some(row) = rows.try_next().await? {
        fresh.push(Fresh {
            id: row.get(0),
            kind: row.get(1),
            name: row.get(2),
            created: row.get(3),
            changed: row.get(4),
            unread: row.get(5),
            width: row.get(6),
            height: row.get(7),
            lasts: row.get::<Option<f64>, _>(8).filter(|lasts| *lasts > 0.0).map_or(0, millionths),
            has_issue: row.get(9),
            datasets: Vec::new(),
            drawn: Vec::new(),
            answers: Vec::new(),
            differ: Vec::new(),
        });
    }
    drop(rows);
    let mut sql = which.select("SELECT file, dataset FROM dataset_file", "file", "file");
    let mut rows = sql.build().fetch(&mut *tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        if let Some(file) = next(&mut fresh, &mut at, row.get(0)) {
            file.datasets.push(row.get(1));
        }
    }
    drop(rows);
    let mut sql =
        which.select("SELECT file, label, predicted, run, score, frame, shape, n FROM annotation", "file", "file, n");
    let mut rows = sql.build().fetch(&mut *tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        if let Some(file) = next(&mut fresh, &mut at, row.get(0)) {
            let predicted: bool = row.get(2);
            let run: Option<i64> = row.get(3);
            let score: Option<f64> = row.get(4);
            file.drawn.push(FreshlyDrawn {
                label: row.get::<Option<i64>, _>(1).unwrap_or(NOTHING),
                run: if predicted { run.unwrap_or(NO_RUN) } else { NOTHING },
                score: score.filter(|_| predicted).unwrap_or(f64::NAN),
                frame: row.get::<Option<u32>, _>(5).unwrap_or(Drawn::NO_FRAME),
                shape: row.get(6),
                n: row.get(7),
            });
        }
    }
    drop(rows);
    read_answers(tx, which, &mut fresh).await?;
    let mut sql = which.select("SELECT file, one, other, matched, drawn FROM disagreement", "file", "file");
    let mut rows = sql.build().fetch(&mut *tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        if let Some(file) = next(&mut fresh, &mut at, row.get(0)) {
            let (matched, drawn): (i64, i64) = (row.get(3), row.get(4));
            #[expect(clippy::cast_precision_loss, reason = "far fewer")]
            let by = millionths(1.0 - 2.0 * matched as f64 / drawn.max(1) as f64);
            file.differ.push(Differ { sides: (row.get(1), row.get(2)), by });
        }
    }
    drop(rows);
    Ok(News { fresh, looked_for })
}

async fn read_answers(tx: &mut SqliteConnection, which: &Which, fresh: &mut [Fresh]) -> Result<(), sqlx::Error> {
    let mut sql =
        which.select("SELECT file, n, attribute, choice, coalesce(said, '') FROM answer", "file", "file, n, k");
    let mut rows = sql.build().fetch(&mut *tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        if let Some(file) = next(fresh, &mut at, row.get(0)) {
            let value = match row.get::<Option<i64>, _>(3) {
                Some(option) => Value::Option(option),
                None => Value::Said(row.get(4)),
            };
            file.answers.push((row.get(1), row.get(2), value));
        }
    }
    Ok(())
}

/// The file of an id, when both come in the order of their ids.
fn next<'a>(fresh: &'a mut [Fresh], at: &mut usize, id: i64) -> Option<&'a mut Fresh> {
    while fresh.get(*at).is_some_and(|file| file.id < id) {
        *at += 1;
    }
    fresh.get_mut(*at).filter(|file| file.id == id)
}

impl Files {
    /// Takes in what was read; what was looked for and not found is gone.
    pub(super) fn apply(&mut self, news: News) {
        let mut changed = Bits::default();
        for id in news.looked_for {
            if let Some(place) = self.places.get(&id).copied() {
                changed.put(place);
                self.take(place);
            }
        }
        for fresh in news.fresh {
            let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            let place = *self.places.entry(fresh.id).or_insert(next);
            if place == next {
                self.rows.push(None);
                self.scores.push((f64::NAN, f64::NAN));
            }
            changed.put(place);
            self.put(place, fresh);
        }
        let rows = &self.rows;
        let row = |place: u32| rows.get(place as usize).and_then(Option::as_ref);
        let are = |place: u32| row(place).is_some();
        let by = |key: fn(&File) -> &str| {
            move |a: u32, b: u32| row(a).map(|file| (key(file), file.id)).cmp(&row(b).map(|file| (key(file), file.id)))
        };
        self.by_name.refresh(&changed, are, by(|file| &file.name));
        self.by_created.refresh(&changed, are, by(|file| &file.created));
        self.by_changed.refresh(&changed, are, by(|file| &file.changed));
    }

    fn take(&mut self, place: u32) {
        let Some(file) = self.rows.get_mut(place as usize).and_then(Option::take) else { return };
        self.unread -= u32::from(file.unread);
        for dataset in file.datasets {
            if let Some(members) = self.members.get_mut(&dataset) {
                members.remove(place);
            }
        }
        for drawn in file.drawn {
            for (files, number) in [(&mut self.labelled, drawn.label), (&mut self.run, drawn.run)] {
                if let Some(files) = files.get_mut(number as usize) {
                    files.remove(place);
                }
            }
        }
        self.predicted.remove(place);
        for answered in file.answers {
            if let Some(files) = self.answered.get_mut(answered.attribute as usize) {
                files.remove(place);
            }
            if let Value::Option(option) = answered.value
                && let Some(files) = self.chosen.get_mut(&(answered.attribute, option))
            {
                files.remove(place);
            }
        }
        if let Some(own) = self.scores.get_mut(place as usize) {
            *own = (f64::NAN, f64::NAN);
        }
    }

    fn put(&mut self, place: u32, fresh: Fresh) {
        let mut answers = Vec::with_capacity(fresh.answers.len());
        for (n, attribute, value) in fresh.answers {
            // Both are in the order of their places.
            let Ok(on) = fresh.drawn.binary_search_by_key(&n, |drawn| drawn.n) else { continue };
            let attribute = self.attributes.number(attribute);
            put_at(&mut self.answered, attribute, place);
            if let Value::Option(option) = value {
                self.chosen.entry((attribute, option)).or_default().put(place);
            }
            answers.push(Answered { on: u32::try_from(on).unwrap_or(u32::MAX), attribute, value });
        }
        let drawn = fresh.drawn.into_iter().map(|drawn| Drawn {
            label: if drawn.label == NOTHING { 0 } else { Drawn::LABEL + self.labels.number(drawn.label) },
            run: match drawn.run {
                NOTHING => 0,
                NO_RUN => 1,
                run => Drawn::RUN + self.runs.number(run),
            },
            score: drawn.score,
            frame: drawn.frame,
            shape: drawn.shape,
        });
        let file = File {
            id: fresh.id,
            name: fresh.name,
            created: fresh.created,
            changed: fresh.changed,
            width: fresh.width,
            height: fresh.height,
            lasts: fresh.lasts,
            has_issue: fresh.has_issue,
            unread: fresh.unread,
            drawn: drawn.collect(),
            answers: answers.into(),
            differ: fresh.differ.into(),
            kind: self.kinds.number(fresh.kind),
            datasets: fresh.datasets.into(),
        };
        self.unread += u32::from(file.unread);
        for dataset in &file.datasets {
            self.members.entry(*dataset).or_default().put(place);
        }
        let mut scores = (f64::NAN, f64::NAN);
        for drawn in &file.drawn {
            put_at(&mut self.labelled, drawn.label, place);
            put_at(&mut self.run, drawn.run, place);
            if drawn.run > 0 {
                self.predicted.put(place);
            }
            // Of a number and no number, these take the number.
            scores = (scores.0.min(drawn.score), scores.1.max(drawn.score));
        }
        if let Some(own) = self.scores.get_mut(place as usize) {
            *own = scores;
        }
        if let Some(row) = self.rows.get_mut(place as usize) {
            *row = Some(file);
        }
    }

    /// The file at a place.
    pub(crate) fn at(&self, place: u32) -> Option<&File> {
        self.rows.get(place as usize)?.as_ref()
    }

    /// Where a file is.
    pub(crate) fn place(&self, id: i64) -> Option<u32> {
        self.places.get(&id).copied()
    }

    /// The file of this id.
    pub(crate) fn by_id(&self, id: i64) -> Option<&File> {
        self.at(self.place(id)?)
    }

    /// Files of a dataset.
    pub(crate) fn members(&self, dataset: i64) -> impl Iterator<Item = u32> + '_ {
        self.members.get(&dataset).into_iter().flat_map(Bits::iter)
    }

    /// Files with something of this [`Drawn::label`].
    pub(crate) fn with_label(&self, label: u32) -> &Bits {
        self.labelled.get(label as usize).unwrap_or(&self.none)
    }

    /// Files with something of this [`Drawn::run`].
    pub(crate) fn with_run(&self, run: u32) -> &Bits {
        self.run.get(run as usize).unwrap_or(&self.none)
    }

    /// Files with a prediction.
    pub(crate) fn predicted(&self) -> &Bits {
        &self.predicted
    }

    /// Files with an answer to the question of this number.
    pub(crate) fn answered(&self, attribute: u32) -> &Bits {
        self.answered.get(attribute as usize).unwrap_or(&self.none)
    }

    /// Files where this option was chosen.
    pub(crate) fn chosen(&self, attribute: u32, option: i64) -> &Bits {
        self.chosen.get(&(attribute, option)).unwrap_or(&self.none)
    }

    /// Questions with the options that were chosen, by their ids, in no order.
    pub(crate) fn options(&self) -> Vec<(i64, i64)> {
        let ids: HashMap<u32, i64> = self.attributes.iter().map(|(id, number)| (number, *id)).collect();
        let chosen = self.chosen.keys().filter_map(|(attribute, option)| Some((*ids.get(attribute)?, *option)));
        chosen.collect()
    }

    /// Files on which an issue is open.
    pub(crate) fn with_issue(&self) -> impl Iterator<Item = u32> + '_ {
        let has = |row: &Option<File>| row.as_ref().is_some_and(|file| file.has_issue);
        (0..).zip(&self.rows).filter(move |(_, row)| has(row)).map(|(place, _)| place)
    }

    /// Places with their lowest and highest score, which are no numbers where nothing was scored.
    pub(crate) fn scored(&self) -> impl Iterator<Item = (u32, f64, f64)> + '_ {
        (0..).zip(&self.scores).map(|(place, (low, high))| (place, *low, *high))
    }

    /// How many files come first in [`Self::by_created`] because that is not known.
    pub(crate) fn without_created(&self) -> usize {
        self.by_created.places().partition_point(|place| self.at(*place).is_some_and(|file| file.created.is_empty()))
    }

    /// The same of [`Self::by_changed`].
    pub(crate) fn without_changed(&self) -> usize {
        self.by_changed.places().partition_point(|place| self.at(*place).is_some_and(|file| file.changed.is_empty()))
    }

    /// How many of these were ever read with their annotations, in percent; 100 only when all were.
    pub(crate) fn percent_read(&self, places: impl FnOnce() -> Bits) -> u8 {
        if self.unread == 0 {
            return 100;
        }
        let (mut all, mut unread) = (0_u32, 0_u32);
        for file in places().iter().filter_map(|place| self.at(place)) {
            all += 1;
            unread += u32::from(file.unread);
        }
        match u64::from(all - unread) * 100 / u64::from(all.max(1)) {
            _ if unread == 0 => 100,
            percent => u8::try_from(percent).unwrap_or(99).min(99),
        }
    }
}

/// Puts a place into the set of a number.
fn put_at(sets: &mut Vec<Bits>, number: u32, place: u32) {
    let number = number as usize;
    if number >= sets.len() {
        sets.resize_with(number + 1, Bits::default);
    }
    if let Some(set) = sets.get_mut(number) {
        set.put(place);
    }
}
