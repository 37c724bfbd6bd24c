//! Files and what is drawn on them, as the explorer is asked by.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use sqlx::{Row, SqliteConnection};

use super::{Bits, Numbers, Which, order::Order};

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) id: i64,
    /// Its kind's number.
    pub(crate) kind: u32,
    /// Its name, folded.
    pub(crate) name: Box<str>,
    /// When it was made; empty while not known.
    created: Box<str>,
    /// When it last changed; empty while not known.
    changed: Box<str>,
    /// A picture whose annotations were never read.
    unread: bool,
    /// The datasets it is in.
    datasets: Box<[i64]>,
    /// What is drawn on it.
    pub(crate) drawn: Box<[Drawn]>,
}

/// One annotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    /// One more than its label's number; 0 without.
    pub(crate) label: u32,
    /// 0 when a person drew it; 1 for a prediction of no run; else two more than its run's number.
    pub(crate) run: u32,
    /// No number when it has none.
    score: f64,
}

impl Drawn {
    /// The number of a label in [`Self::label`].
    pub(crate) const LABEL: u32 = 1;
    /// The number of a run in [`Self::run`].
    pub(crate) const RUN: u32 = 2;

    /// Whether a model made it.
    pub(crate) fn predicted(self) -> bool {
        self.run > 0
    }

    /// What a model scored it.
    pub(crate) fn score(self) -> Option<f64> {
        (self.predicted() && !self.score.is_nan()).then_some(self.score)
    }
}

/// All files. Each keeps its place while the gateway runs.
#[derive(Debug, Default)]
pub(crate) struct Files {
    rows: Vec<Option<File>>,
    places: HashMap<i64, u32>,
    members: HashMap<i64, Bits>,
    unread: u32,
    pub(crate) kinds: Numbers<String>,
    pub(crate) labels: Numbers<i64>,
    pub(crate) runs: Numbers<i64>,
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
    unread: bool,
    datasets: Vec<i64>,
    drawn: Vec<(Option<i64>, bool, Option<i64>, Option<f64>)>,
}

/// Files that were read, and ids of all that were looked for.
pub(super) struct News {
    fresh: Vec<Fresh>,
    looked_for: Vec<i64>,
}

/// Reads files. They come in the order of their ids.
pub(super) async fn read(tx: &mut SqliteConnection, which: &Which, looked_for: Vec<i64>) -> Result<News, sqlx::Error> {
    let mut fresh: Vec<Fresh> = Vec::new();
    let mut sql = which.select(
        "SELECT id, kind, name_key, created, changed, kind = 'image' AND drawn IS NULL AS unread FROM file",
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
            datasets: Vec::new(),
            drawn: Vec::new(),
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
    let mut sql = which.select("SELECT file, label, predicted, run, score FROM annotation", "file", "file");
    let mut rows = sql.build().fetch(&mut *tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        if let Some(file) = next(&mut fresh, &mut at, row.get(0)) {
            file.drawn.push((row.get(1), row.get(2), row.get(3), row.get(4)));
        }
    }
    drop(rows);
    Ok(News { fresh, looked_for })
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
    }

    fn put(&mut self, place: u32, fresh: Fresh) {
        let drawn = fresh.drawn.into_iter().map(|(label, predicted, run, score)| Drawn {
            label: label.map_or(0, |label| Drawn::LABEL + self.labels.number(label)),
            run: match (predicted, run) {
                (false, _) => 0,
                (true, None) => 1,
                (true, Some(run)) => Drawn::RUN + self.runs.number(run),
            },
            score: score.unwrap_or(f64::NAN),
        });
        let file = File {
            id: fresh.id,
            name: fresh.name,
            created: fresh.created,
            changed: fresh.changed,
            unread: fresh.unread,
            drawn: drawn.collect(),
            kind: self.kinds.number(fresh.kind),
            datasets: fresh.datasets.into(),
        };
        self.unread += u32::from(file.unread);
        for dataset in &file.datasets {
            self.members.entry(*dataset).or_default().put(place);
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
    pub(super) fn place(&self, id: i64) -> Option<u32> {
        self.places.get(&id).copied()
    }

    /// Files of a dataset.
    pub(crate) fn members(&self, dataset: i64) -> impl Iterator<Item = u32> + '_ {
        self.members.get(&dataset).into_iter().flat_map(Bits::iter)
    }

    /// How many files come first in [`Self::by_created`] because that is not known.
    pub(crate) fn without_created(&self) -> usize {
        self.by_created.places().partition_point(|place| self.at(*place).is_some_and(|file| file.created.is_empty()))
    }

    /// The same of [`Self::by_changed`].
    pub(crate) fn without_changed(&self) -> usize {
        self.by_changed.places().partition_point(|place| self.at(*place).is_some_and(|file| file.changed.is_empty()))
    }

    /// Whether a picture among these was never read.
    pub(crate) fn any_unread(&self, places: impl FnOnce() -> Bits) -> bool {
        self.unread > 0 && places().iter().any(|place| self.at(place).is_some_and(|file| file.unread))
    }
}
