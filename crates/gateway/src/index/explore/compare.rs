//! How a model run does over the files of a query, within a sight. What is drawn is read piece by piece and judged apart, so that
//! neither memory nor other people's questions suffer.

use std::collections::{BTreeMap, HashMap, HashSet};

use portal_model::{
    annotation::Geometry,
    api::{
        Freshness, ModelRun,
        compare::{CellFile, CellFiles, ClassNumbers, Compared, LeftOut, Numbers},
    },
    file::FileKind,
    id::ModelRunId,
    metrics::{Confusion, Counts, Curve, Judged, OVERLAPS, Rect, Thing, confused, matched},
    query::Query,
    results::Against,
};
use sqlx::Row;
use tokio::sync::Semaphore;

use super::{find::Finder, sight};
use crate::{
    index::{
        Error, Index,
        columns::{Drawn, apart},
    },
    policy::ScopeFilter,
};

/// How much is compared at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) files: usize,
    /// Annotations, of either side or of none.
    pub(crate) drawn: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { files: 20_000, drawn: 500_000 }
    }
}

/// More annotations are not judged at each of COCO's overlaps.
const MAX_OVERLAPS: usize = 100_000;
/// So many files are read at once.
const PIECE: usize = 500;

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) truth: Against,
    pub(crate) run: ModelRunId,
    pub(crate) iou: f64,
    pub(crate) least: f64,
    /// What times before now are counted from, in seconds since 1970.
    pub(crate) now: i64,
    pub(crate) limits: Limits,
}

/// One pair of classes, by their folded names; `None` is nothing.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) is: Option<String>,
    pub(crate) taken_for: Option<String>,
}

/// The files that are judged, in the order of the query, and why the others are not.
struct Chosen {
    files: Vec<i64>,
    drawn: usize,
    left_out: LeftOut,
}

/// An annotation as it was read.
struct Read {
    label: Option<i64>,
    is_truth: bool,
    score: Option<f64>,
    geometry: String,
}

/// Classes by their labels' names.
struct Classes {
    /// By label.
    of: HashMap<i64, u32>,
    names: Vec<(String, String)>,
}

impl Classes {
    /// What has no label, or one that is not known.
    fn unlabelled(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX)
    }

    fn of(&self, label: Option<i64>) -> u32 {
        label.and_then(|label| self.of.get(&label).copied()).unwrap_or_else(|| self.unlabelled())
    }

    /// The class of a folded name; an empty one has no label.
    fn by_key(&self, key: &str) -> Option<u32> {
        if key.is_empty() {
            return Some(self.unlabelled());
        }
        let place = self.names.iter().position(|(known, _)| known == key)?;
        u32::try_from(place).ok()
    }
}

/// What is known of a class so far.
#[derive(Default)]
struct OfClass {
    counts: Counts,
    truths: u32,
    judged: Vec<Judged>,
}

/// What has been judged so far.
#[derive(Default)]
struct Sum {
    classes: BTreeMap<u32, OfClass>,
    /// The same judged at each of COCO's overlaps, where that is done.
    overlaps: Vec<BTreeMap<u32, Vec<Judged>>>,
    confusion: BTreeMap<(Option<u32>, Option<u32>), u32>,
    files: u32,
    without_predictions: u32,
    without_truths: u32,
    shapeless: u32,
    /// Files of the cell that was asked for, with how often it happens there.
    of_cell: Vec<(i64, u32)>,
}

/// The two sides of one file.
#[derive(Default)]
struct Sides {
    truths: Vec<Thing>,
    predictions: Vec<Thing>,
}

impl Sides {
    fn of(rows: &[Read], classes: &Classes, shapeless: &mut u32) -> Self {
        let mut sides = Self::default();
        for row in rows {
            let geometry = serde_json::from_str::<Geometry>(&row.geometry).ok();
            let Some(rect) = geometry.as_ref().and_then(Rect::around) else {
                *shapeless += 1;
                continue;
            };
            let score = portal_model::metrics::score(row.score);
            let thing = Thing { class: classes.of(row.label), rect, score };
            if row.is_truth { sides.truths.push(thing) } else { sides.predictions.push(thing) }
        }
        sides
    }
}

/// A cell by the classes' numbers.
type Wanted = (Option<u32>, Option<u32>);

impl Sum {
    fn add(&mut self, file: i64, rows: &[Read], classes: &Classes, question: &Question, wanted: Option<Wanted>) {
        let Sides { mut truths, predictions } = Sides::of(rows, classes, &mut self.shapeless);
        // What another run said counts only as far as it is shown.
        if let Against::Run(_) = question.truth {
            truths.retain(|truth| counts(truth, question.least));
        }
        self.files += 1;
        self.without_predictions += u32::from(predictions.is_empty());
        self.without_truths += u32::from(truths.is_empty());
        let shown: Vec<Thing> = predictions.iter().copied().filter(|one| counts(one, question.least)).collect();
        let mut times = 0;
        confused(&truths, &shown, question.iou, |truth, prediction| {
            *self.confusion.entry((truth, prediction)).or_default() += 1;
            times += u32::from(wanted == Some((truth, prediction)));
        });
        if times > 0 {
            self.of_cell.push((file, times));
        }
        if wanted.is_some() {
            return;
        }
        let matches = matched(&truths, &shown, question.iou);
        for (truth, outcome) in truths.iter().zip(&matches.truths) {
            let class = self.classes.entry(truth.class).or_default();
            class.truths += 1;
            class.counts.add_truth(outcome);
        }
        for (prediction, outcome) in shown.iter().zip(&matches.predictions) {
            self.classes.entry(prediction.class).or_default().counts.add_prediction(outcome);
        }
        // Curves and averages are over all scores.
        let matches = matched(&truths, &predictions, question.iou);
        for (prediction, outcome) in predictions.iter().zip(&matches.predictions) {
            let judged = Judged { score: prediction.score, is_hit: outcome.is_hit() };
            self.classes.entry(prediction.class).or_default().judged.push(judged);
        }
        for (classes, iou) in self.overlaps.iter_mut().zip(OVERLAPS) {
            let matches = matched(&truths, &predictions, iou);
            for (prediction, outcome) in predictions.iter().zip(&matches.predictions) {
                let judged = Judged { score: prediction.score, is_hit: outcome.is_hit() };
                classes.entry(prediction.class).or_default().push(judged);
            }
        }
    }

    /// The mean over overlaps and classes with truths.
    fn average_of_overlaps(&mut self) -> Option<f64> {
        let mut averages = Vec::new();
        for classes in &mut self.overlaps {
            for (class, known) in &self.classes {
                let judged = classes.remove(class).unwrap_or_default();
                averages.extend(Curve::of(judged, known.truths).map(|curve| curve.average()));
            }
        }
        mean(&averages)
    }

    fn finish(mut self, names: &Classes, runs: Runs, left_out: LeftOut, freshness: Freshness) -> Compared {
        let average_of_overlaps = self.average_of_overlaps();
        let mut order: Vec<(u32, String, OfClass)> = Vec::new();
        let named = |class: u32| names.names.get(class as usize).map_or_else(String::new, |(_, name)| name.clone());
        for (class, known) in std::mem::take(&mut self.classes) {
            order.push((class, named(class), known));
        }
        order.sort_by(|a, b| a.1.is_empty().cmp(&b.1.is_empty()).then_with(|| a.0.cmp(&b.0)));
        let truths = order.iter().map(|(.., class)| class.truths).sum();
        let all = order.iter().flat_map(|(.., class)| class.judged.iter().copied()).collect();
        let curve = Curve::of(all, truths);
        let place = |class: Option<u32>| {
            let place = order.iter().position(|(known, ..)| Some(*known) == class)?;
            u32::try_from(place).ok()
        };
        let confusion = if order.len() <= Compared::MATRIX {
            let mut confusion = Confusion::new(u32::try_from(order.len()).unwrap_or(u32::MAX));
            for ((truth, prediction), n) in &self.confusion {
                confusion.count(place(*truth), place(*prediction), *n);
            }
            confusion.rows().map(<[u32]>::to_vec).collect()
        } else {
            Vec::new()
        };
        let counts = order.iter().fold(Counts::default(), |sum, (.., class)| sum.with(class.counts));
        let classes: Vec<ClassNumbers> = order
            .into_iter()
            .map(|(_, name, class)| {
                let average = Curve::of(class.judged, class.truths).map(|curve| curve.average());
                ClassNumbers { name, numbers: Numbers::new(class.counts, average) }
            })
            .collect();
        let averages: Vec<f64> = classes.iter().filter_map(|class| class.numbers.average).collect();
        Compared {
            run: runs.run,
            truth: runs.truth,
            total: Numbers::new(counts, mean(&averages)),
            average_of_overlaps,
            classes,
            curve: curve.map(|curve| curve.precisions).unwrap_or_default(),
            confusion,
            files: self.files,
            without_predictions: self.without_predictions,
            without_truths: self.without_truths,
            shapeless: self.shapeless,
            left_out,
            freshness,
        }
    }
}

/// Whether it scored enough. What has no score is not hidden by one.
fn counts(thing: &Thing, least: f64) -> bool {
    thing.score.is_none_or(|score| score >= least)
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// The runs of a question, by name.
struct Runs {
    run: ModelRun,
    truth: Option<ModelRun>,
}

impl Index {
    /// How a run does over the files of a query; `None` when a run occurs nowhere in sight.
    pub(crate) async fn compare(
        &self,
        scope: &ScopeFilter,
        query: &Query,
        question: &Question,
        freshness: Freshness,
    ) -> Result<Option<Compared>, Error> {
        let Some((runs, mut chosen)) = self.chosen(scope, query, question).await? else { return Ok(None) };
        let (classes, mut sum) = (self.classes(scope).await?, Sum::default());
        if chosen.drawn <= MAX_OVERLAPS {
            sum.overlaps = vec![BTreeMap::new(); OVERLAPS.len()];
        }
        let (classes, sum) = self.judge(scope, &mut chosen, question, classes, sum, None).await?;
        let left_out = chosen.left_out;
        apart(move || Some(sum.finish(&classes, runs, left_out, freshness))).await
    }

    /// The files behind a cell of the matrix; `None` when a run occurs nowhere in sight.
    pub(crate) async fn compare_cell(
        &self,
        scope: &ScopeFilter,
        query: &Query,
        question: &Question,
        cell: &Cell,
    ) -> Result<Option<CellFiles>, Error> {
        let Some((_, mut chosen)) = self.chosen(scope, query, question).await? else { return Ok(None) };
        let classes = self.classes(scope).await?;
        let class = |key: &Option<String>| key.as_deref().map(|key| classes.by_key(key));
        let wanted = match (class(&cell.is), class(&cell.taken_for)) {
            // Nobody may see a class of that name.
            (Some(None), _) | (_, Some(None)) => return Ok(Some(CellFiles { files: Vec::new(), more: 0 })),
            (is, taken_for) => (is.flatten(), taken_for.flatten()),
        };
        let (_, sum) = self.judge(scope, &mut chosen, question, classes, Sum::default(), Some(wanted)).await?;
        let ids: Vec<i64> = sum.of_cell.iter().map(|(id, _)| *id).take(CellFiles::MOST).collect();
        let times: HashMap<i64, u32> = sum.of_cell.iter().copied().collect();
        let files = self.tiles(scope, &ids, 0).await?.into_iter().map(|tile| {
            let times = times.get(&tile.file.id.0).copied().unwrap_or_default();
            CellFile { file: tile.file, times }
        });
        let more = u32::try_from(sum.of_cell.len().saturating_sub(ids.len())).unwrap_or(u32::MAX);
        Ok(Some(CellFiles { files: files.collect(), more }))
    }

    /// The runs by name, and the files that are judged.
    async fn chosen(
        &self,
        scope: &ScopeFilter,
        query: &Query,
        question: &Question,
    ) -> Result<Option<(Runs, Chosen)>, Error> {
        let mut ids = vec![question.run];
        if let Against::Run(run) = question.truth {
            ids.push(run);
        }
        let names = self.runs(scope, &ids).await?;
        let name = |id: ModelRunId| names.iter().find(|run| run.id == id).cloned();
        let truth = match question.truth {
            Against::People => None,
            Against::Run(id) => match name(id) {
                Some(run) => Some(run),
                None => return Ok(None),
            },
        };
        let Some(run) = name(question.run) else { return Ok(None) };
        let sight = self.sight(scope).await?;
        let named = self.named(scope, query).await?;
        let columns = self.columns().await?;
        let (query, now, limits) = (query.clone(), question.now, question.limits);
        let chosen = apart(move || {
            let files = &columns.files;
            let seen = sight.files(&columns);
            let occurs = |run: &ModelRunId| {
                files.runs.get(&run.0).is_some_and(|number| files.with_run(Drawn::RUN + number).in_common(&seen) > 0)
            };
            if !ids.iter().all(occurs) {
                return None;
            }
            let picture = files.kinds.get(&String::from(FileKind::Image));
            let mut chosen = Chosen { files: Vec::new(), drawn: 0, left_out: LeftOut::default() };
            for id in Finder::new(&columns, &sight, &named, now).ids(&query) {
                let Some(file) = files.by_id(id) else { continue };
                if Some(file.kind) != picture {
                    chosen.left_out.no_pictures += 1;
                } else if file.unread {
                    chosen.left_out.unread += 1;
                } else if chosen.files.len() < limits.files && chosen.drawn + file.drawn.len() <= limits.drawn {
                    chosen.drawn += file.drawn.len();
                    chosen.files.push(id);
                } else {
                    chosen.left_out.beyond += 1;
                }
            }
            Some(chosen)
        })
        .await?;
        Ok(chosen.map(|chosen| (Runs { run, truth }, chosen)))
    }

    /// The classes of the scope's projects. Labels of the same name are one.
    async fn classes(&self, scope: &ScopeFilter) -> Result<Classes, Error> {
        let mut classes = Classes { of: HashMap::new(), names: Vec::new() };
        for label in self.names_in(scope, "label").await? {
            // They come in the order of their keys.
            if classes.names.last().is_none_or(|(key, _)| *key != label.key) {
                classes.names.push((label.key, label.name));
            }
            let class = u32::try_from(classes.names.len() - 1).unwrap_or(u32::MAX);
            classes.of.insert(label.id, class);
        }
        Ok(classes)
    }

    /// Judges the files, piece by piece.
    async fn judge(
        &self,
        scope: &ScopeFilter,
        chosen: &mut Chosen,
        question: &Question,
        mut classes: Classes,
        mut sum: Sum,
        wanted: Option<Wanted>,
    ) -> Result<(Classes, Sum), Error> {
        /// Comparisons at the same time: they take a processor each.
        static AT_ONCE: Semaphore = Semaphore::const_new(2);
        // Never closed.
        let _turn = AT_ONCE.acquire().await.ok();
        for piece in chosen.files.chunks(PIECE) {
            let (known, mut rows) = self.drawn_for(scope, piece, question).await?;
            chosen.left_out.unread += u32::try_from(piece.len() - known.len()).unwrap_or_default();
            let question = *question;
            (classes, sum) = apart(move || {
                for file in known {
                    let rows = rows.remove(&file).unwrap_or_default();
                    sum.add(file, &rows, &classes, &question, wanted);
                }
                (classes, sum)
            })
            .await?;
        }
        Ok((classes, sum))
    }

    /// Which of these files have been read and are in sight, in their order, and what the two sides drew on them.
    async fn drawn_for(
        &self,
        scope: &ScopeFilter,
        ids: &[i64],
        question: &Question,
    ) -> Result<(Vec<i64>, HashMap<i64, Vec<Read>>), Error> {
        let wanted = serde_json::to_string(ids).unwrap_or_default();
        let mut sql = sight::with(scope);
        sql.push(" SELECT f.id FROM file f WHERE f.id IN (SELECT value FROM json_each(").push_bind(wanted.clone());
        sql.push(")) AND f.drawn IS NOT NULL AND NOT f.refused AND").push(sight::IN_SIGHT);
        let seen: HashSet<i64> = sql.build_query_scalar().fetch_all(self.pool()).await?.into_iter().collect();
        let known: Vec<i64> = ids.iter().copied().filter(|id| seen.contains(id)).collect();
        let mut sql = sight::with(scope);
        sql.push(
            " SELECT a.file, a.label, a.predicted, a.score, a.run, a.geometry FROM file f JOIN annotation a ON a.file = f.id
              WHERE f.id IN (SELECT value FROM json_each(",
        );
        sql.push_bind(wanted).push(")) AND (a.run = ").push_bind(question.run.0);
        match question.truth {
            Against::People => sql.push(" OR NOT a.predicted"),
            Against::Run(run) => sql.push(" OR a.run = ").push_bind(run.0),
        };
        sql.push(") AND").push(sight::IN_SIGHT).push(" ORDER BY a.file, a.n");
        let mut rows: HashMap<i64, Vec<Read>> = HashMap::new();
        for row in sql.build().fetch_all(self.pool()).await? {
            let (is_predicted, run): (bool, Option<i64>) = (row.get(2), row.get(4));
            rows.entry(row.get(0)).or_default().push(Read {
                label: row.get(1),
                is_truth: match question.truth {
                    Against::People => !is_predicted,
                    Against::Run(truth) => run == Some(truth.0),
                },
                score: row.get(3),
                geometry: row.get(5),
            });
        }
        Ok((known, rows))
    }
}
