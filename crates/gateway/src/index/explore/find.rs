//! From a query's tree to the files it finds, over the columns in memory and within a sight.

mod hold;

use std::{cmp::Ordering, collections::HashMap};

use portal_model::{
    id::{ProjectId, UserId},
    query::{
        Answer, Compare, Condition, Expr, Kind, Measure, Query, Score, Shape, Side, Sort, SortField, Status, Thing, Who,
    },
};

use self::hold::*;
use super::sight::Sight;
use crate::index::{
    columns::{Bits, Columns, Drawn, File, Tasks, Visible},
    fold,
};

/// What stands behind the names in a query, by folded name.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) labels: HashMap<String, Vec<i64>>,
    pub(super) runs: HashMap<String, Vec<i64>>,
    /// Questions by their words and by Diffgram's name.
    pub(super) attributes: HashMap<String, Vec<i64>>,
    /// Options of those questions by their question and name.
    pub(super) options: HashMap<(i64, String), Vec<i64>>,
    pub(super) people: HashMap<String, Vec<(ProjectId, UserId)>>,
}

/// A query over the columns, for a sight.
pub(super) struct Finder<'a> {
    pub(super) columns: &'a Columns,
    pub(super) sight: &'a Sight,
    named: &'a Named,
    /// Seconds since 1970.
    now: i64,
}

impl<'a> Finder<'a> {
    pub(super) fn new(columns: &'a Columns, sight: &'a Sight, named: &'a Named, now: i64) -> Self {
        Self { columns, sight, named, now }
    }

    /// The places of the files for which the filter holds.
    pub(super) fn matching(&self, filter: Option<&Expr>) -> Bits {
        let seen = self.sight.files(self.columns);
        let Some(filter) = filter else { return seen };
        let test = self.test(filter);
        let files = &self.columns.files;
        seen.iter().filter(|place| files.at(*place).is_some_and(|file| test.holds(*place, file))).collect()
    }

    /// The places of the files that a query finds.
    pub(super) fn found(&self, query: &Query) -> Bits {
        match query.limit {
            None => self.sampled(query),
            Some(_) => {
                let places = self.ids(query).into_iter().filter_map(|id| self.columns.files.place(id));
                places.collect()
            }
        }
    }

    /// Those for which the filter holds, or as many of them by chance as are asked for.
    fn sampled(&self, query: &Query) -> Bits {
        let found = self.matching(query.filter.as_ref());
        let Some(sample) = query.sample.filter(|sample| *sample < found.len()) else { return found };
        let seed = query.seed.unwrap_or_default();
        let id = |place: u32| self.columns.files.at(place).map_or(0, |file| file.id);
        let mut drawn: Vec<(u64, u32)> = found.iter().map(|place| (chance(seed, id(place)), place)).collect();
        let (some, ..) = drawn.select_nth_unstable(sample as usize);
        some.iter().map(|(_, place)| *place).collect()
    }

    /// Ids of the files of a query, in its order.
    pub(super) fn ids(&self, query: &Query) -> Vec<i64> {
        let mut ids = self.in_order(query);
        if let Some(limit) = query.limit {
            ids.truncate(limit as usize);
        }
        ids
    }

    fn in_order(&self, query: &Query) -> Vec<i64> {
        let files = &self.columns.files;
        let sort = query.sort.unwrap_or(Sort { field: SortField::Updated, descending: true });
        let found = self.sampled(query);
        // What is not known comes last, in either direction.
        let (order, unknown) = match sort.field {
            SortField::Name => (&files.by_name, 0),
            SortField::Created => (&files.by_created, files.without_created()),
            SortField::Updated => (&files.by_changed, files.without_changed()),
            SortField::Score => {
                let asked = self.asked(query.filter.as_ref());
                return self.by(&found, sort.descending, f64::total_cmp, |file| {
                    self.asked_for(&asked, file).filter_map(Drawn::score).max_by(f64::total_cmp)
                });
            }
            SortField::Count => {
                let asked = self.asked(query.filter.as_ref());
                return self.by(&found, sort.descending, Ord::cmp, |file| Some(self.asked_for(&asked, file).count()));
            }
            SortField::Id => return self.by(&found, sort.descending, Ord::cmp, |file| Some(file.id)),
            SortField::Width => {
                return self.by(&found, sort.descending, Ord::cmp, |file| measured(Measure::Width, file));
            }
            SortField::Duration => {
                return self.by(&found, sort.descending, Ord::cmp, |file| measured(Measure::Duration, file));
            }
            SortField::Random => {
                let seed = query.seed.unwrap_or_default();
                return self.by(&found, sort.descending, Ord::cmp, |file| Some(chance(seed, file.id)));
            }
        };
        let (unknown, known) = order.places().split_at(unknown);
        let id = |place: &u32| found.has(*place).then(|| files.at(*place).map(|file| file.id)).flatten();
        if sort.descending {
            known.iter().rev().chain(unknown.iter().rev()).filter_map(id).collect()
        } else {
            known.iter().chain(unknown).filter_map(id).collect()
        }
    }

    /// Ids of these files by something of them; those without it come last.
    fn by<T>(
        &self,
        found: &Bits,
        descending: bool,
        compare: impl Fn(&T, &T) -> Ordering,
        key: impl Fn(&File) -> Option<T>,
    ) -> Vec<i64> {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for file in found.iter().filter_map(|place| self.columns.files.at(place)) {
            match key(file) {
                Some(key) => known.push((key, file.id)),
                None => unknown.push(file.id),
            }
        }
        known.sort_unstable_by(|(a, one), (b, other)| compare(a, b).then(one.cmp(other)));
        unknown.sort_unstable();
        if descending {
            known.reverse();
            unknown.reverse();
        }
        known.into_iter().map(|(_, id)| id).chain(unknown).collect()
    }

    /// The annotations of a file that a query asks for: all when it says nothing of annotations.
    fn asked_for<'f>(&self, asked: &'f [Vec<On>], file: &'f File) -> impl Iterator<Item = Drawn> + 'f {
        let counts =
            |(at, drawn): &(usize, Drawn)| asked.is_empty() || asked.iter().any(|set| all_hold(set, file, *at, *drawn));
        file.drawn.iter().copied().enumerate().filter(counts).map(|(_, drawn)| drawn)
    }

    /// Scores of the predictions that a query asks for on the files it finds, one after the other.
    pub(super) fn scores(&self, found: &Bits, filter: Option<&Expr>, mut each: impl FnMut(f64)) {
        let asked = self.asked(filter);
        for file in found.iter().filter_map(|place| self.columns.files.at(place)) {
            self.asked_for(&asked, file).filter_map(Drawn::score).for_each(&mut each);
        }
    }

    /// What the tree asks of single annotations, each set of one. What a query excludes, it does not ask for.
    fn asked(&self, filter: Option<&Expr>) -> Vec<Vec<On>> {
        let mut sets = Vec::new();
        if let Some(filter) = filter {
            self.ask(filter, &mut sets);
        }
        sets
    }

    fn ask(&self, expr: &Expr, sets: &mut Vec<Vec<On>>) {
        match expr {
            Expr::All(parts) => {
                let (together, others) = self.of_one_annotation(parts);
                if !together.is_empty() {
                    sets.push(together);
                }
                others.into_iter().for_each(|part| self.ask(part, sets));
            }
            Expr::Any(parts) => parts.iter().for_each(|part| self.ask(part, sets)),
            Expr::Group(part) => self.ask(part, sets),
            Expr::Is(Condition::Count(Some(label), ..)) => sets.push(vec![On::Label(self.labels(label))]),
            Expr::Is(condition) => sets.extend(self.on(condition).map(|on| vec![on])),
            Expr::Not(_) => {}
        }
    }

    /// Parts that stand side by side: those that speak of the same annotation, and the others.
    fn of_one_annotation<'e>(&self, parts: &'e [Expr]) -> (Vec<On>, Vec<&'e Expr>) {
        let (mut together, mut others) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Expr::Is(condition) => match self.on(condition) {
                    Some(on) => together.push(on),
                    None => others.push(part),
                },
                part => others.push(part),
            }
        }
        (together, others)
    }

    /// What [`Drawn::label`] is for a label's name.
    fn labels(&self, name: &str) -> Vec<u32> {
        let ids = self.named.labels.get(&fold(name)).into_iter().flatten();
        ids.filter_map(|id| self.columns.files.labels.get(id)).map(|label| label + Drawn::LABEL).collect()
    }

    /// A condition on one annotation.
    fn on(&self, condition: &Condition) -> Option<On> {
        let (files, named) = (&self.columns.files, self.named);
        Some(match condition {
            Condition::Label(name) => On::Label(self.labels(name)),
            Condition::Run(name) => {
                let ids = named.runs.get(&fold(name)).into_iter().flatten();
                On::Run(ids.filter_map(|id| files.runs.get(id)).map(|run| run + Drawn::RUN).collect())
            }
            Condition::Score(compare, score) => {
                let (from, to) = range(*compare, score.millionths());
                On::Score(from, to)
            }
            Condition::Near(score, within) => {
                let (at, within) = (score.millionths(), within.map_or(Condition::NEAR, Score::millionths));
                On::Score(first_at_least(at - within), first_at_least(at + within + 1))
            }
            Condition::Shape(shape) => {
                let place = Shape::ALL.iter().position(|one| one == shape).unwrap_or(usize::MAX);
                On::Shape(u8::try_from(place).unwrap_or(u8::MAX))
            }
            Condition::Frame(compare, number) => On::Frame(*compare, number.millionths()),
            Condition::Attribute(name, answer) => {
                let ids = named.attributes.get(&fold(name)).into_iter().flatten();
                On::Answer(ids.filter_map(|id| self.answer(*id, answer)).collect())
            }
            _ => return None,
        })
    }

    /// What must have been answered to a question; nothing when nobody ever answered it.
    fn answer(&self, id: i64, answer: &Answer) -> Option<Asked> {
        let attribute = self.columns.files.attributes.get(&id)?;
        Some(match answer {
            Answer::Is(text) => {
                let key = fold(text);
                let number = text.parse().ok().and_then(Score::new).map(Score::millionths);
                let options = self.named.options.get(&(id, key.clone())).cloned().unwrap_or_default();
                Asked { attribute, options, said: Said::Is(key, number) }
            }
            Answer::Number(compare, number) => {
                Asked { attribute, options: Vec::new(), said: Said::Number(*compare, number.millionths()) }
            }
        })
    }

    fn test(&self, expr: &Expr) -> Test {
        match expr {
            Expr::All(parts) => {
                let (together, others) = self.of_one_annotation(parts);
                let mut tests: Vec<Test> = others.into_iter().map(|part| self.test(part)).collect();
                if !together.is_empty() {
                    tests.push(self.one(together));
                }
                Test::All(tests)
            }
            Expr::Any(parts) => Test::Any(parts.iter().map(|part| self.test(part)).collect()),
            Expr::Not(part) => Test::Not(Box::new(self.test(part))),
            Expr::Group(part) => self.test(part),
            Expr::Is(condition) => {
                self.on(condition).map_or_else(|| self.of_the_file(condition), |on| self.one(vec![on]))
            }
        }
    }

    /// Files that have one annotation for which all of these hold.
    fn one(&self, asked: Vec<On>) -> Test {
        let files = &self.columns.files;
        let mut may: Option<Bits> = None;
        let mut is_known = asked.len() == 1;
        for on in &asked {
            let Some((some, known)) = on.files(files) else {
                is_known = false;
                continue;
            };
            is_known &= known;
            match &mut may {
                None => may = Some(some),
                Some(may) => may.keep(&some),
            }
        }
        match may {
            Some(files) if is_known => Test::Among(files),
            may => Test::One(may, asked),
        }
    }

    fn of_the_file(&self, condition: &Condition) -> Test {
        match condition {
            Condition::Name(text) => Test::Name(fold(text)),
            Condition::Id(id) => Test::Among(self.columns.files.place(*id).into_iter().collect()),
            Condition::Dataset(name) => {
                let key = fold(name);
                Test::Among(self.sight.files_of_datasets(self.columns, |dataset| dataset.key == key))
            }
            Condition::Type(kind) => Test::Kind(self.kind(*kind)),
            Condition::Measure(measure, compare, number) => Test::Measure(*measure, *compare, number.millionths()),
            Condition::Time(field, compare, moment) => Test::Time(*field, moment.span(*compare, self.now)),
            Condition::Count(label, compare, number) => {
                Test::Count(label.as_ref().map(|label| self.labels(label)), *compare, number.millionths())
            }
            Condition::Has(thing) => self.has(*thing),
            Condition::Missing(thing) => Test::Not(Box::new(self.has(*thing))),
            Condition::Status(status) => Test::Among(self.with_status(*status)),
            Condition::Assignee(who) => Test::Among(self.of_assignee(who)),
            Condition::Disagree([one, other], above) => {
                let (compare, by) = above.map_or((Compare::Above, 0), |(compare, by)| (compare, by.millionths()));
                let (ones, others) = (self.side(one), self.side(other));
                let pairs = ones.iter().flat_map(|one| others.iter().map(|other| (*one.min(other), *one.max(other))));
                Test::Differ(pairs.collect(), compare, by)
            }
            Condition::Label(_)
            | Condition::Score(..)
            | Condition::Near(..)
            | Condition::Run(_)
            | Condition::Shape(_)
            | Condition::Attribute(..)
            | Condition::Frame(..) => self.one(self.on(condition).into_iter().collect()),
        }
    }

    fn has(&self, thing: Thing) -> Test {
        let files = &self.columns.files;
        match thing {
            Thing::Annotation => Test::Drawn,
            Thing::Prediction => Test::Among(files.predicted().clone()),
            Thing::Task => Test::Among(self.sight.files_of_tasks(self.columns)),
            Thing::Score => {
                Test::Among(files.scored().filter(|(_, low, _)| !low.is_nan()).map(|(place, ..)| place).collect())
            }
            Thing::Issue => {
                let mut found: Bits = files.with_issue().collect();
                found.extend(
                    self.sight
                        .tasks(self.columns)
                        .filter(|seen| seen.task.has_issues)
                        .filter_map(|seen| seen.task.file),
                );
                Test::Among(found)
            }
        }
    }

    /// Files with a task that stands there.
    fn with_status(&self, status: Status) -> Bits {
        // To people they are the same (`Tasks::statuses`).
        let word = if status == Status::Created { Status::Available } else { status }.word();
        let number = self.columns.tasks.statuses.get(&word.to_owned());
        let tasks = self.sight.tasks(self.columns).filter(|seen| Some(seen.task.status) == number);
        tasks.filter_map(|seen| seen.task.file).collect()
    }

    /// Files with a task of somebody. Whose a task of others is, is told to those only who see it in the task too.
    fn of_assignee(&self, who: &Who) -> Bits {
        let numbers = |people: &[(ProjectId, UserId)]| -> Vec<u32> {
            people.iter().filter_map(|pair| self.columns.tasks.person(pair)).collect()
        };
        let me = numbers(self.sight.pairs());
        let wanted = match who {
            Who::Me => me.clone(),
            Who::Named(name) => numbers(self.named.people.get(&fold(name)).map(Vec::as_slice).unwrap_or_default()),
        };
        let is = |seen: &Visible<'_>| {
            Tasks::assignees(seen.task).any(|one| wanted.contains(&one) && (seen.with_people || me.contains(&one)))
        };
        self.sight.tasks(self.columns).filter(is).filter_map(|seen| seen.task.file).collect()
    }

    /// The ids of a side in [`super::super::columns::Files`]: people are 0.
    fn side(&self, side: &Side) -> Vec<i64> {
        match side {
            Side::People => vec![0],
            Side::Run(name) => self.named.runs.get(&fold(name)).cloned().unwrap_or_default(),
        }
    }

    fn kind(&self, kind: Kind) -> Option<u32> {
        self.columns.files.kinds.get(&kind.word().to_owned())
    }
}
