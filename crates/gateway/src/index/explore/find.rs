//! From a query's tree to the files it finds, over the columns in memory and within a sight.

use std::collections::HashMap;

use portal_model::query::{Compare, Condition, Expr, Kind, Query, Sort, SortField, Thing};

use super::sight::Sight;
use crate::index::{
    columns::{Bits, Columns, Drawn, File, Files},
    files::millionths,
    fold,
};

/// Ids of the labels and runs that a query names, by folded name.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) labels: HashMap<String, Vec<i64>>,
    pub(super) runs: HashMap<String, Vec<i64>>,
}

/// What must hold for one annotation.
enum On {
    Label(Vec<u32>),
    Run(Vec<u32>),
    /// From here to below there: each score that rounds as asked, and no other.
    Score(f64, f64),
}

impl On {
    fn holds(&self, drawn: Drawn) -> bool {
        match self {
            Self::Label(labels) => labels.contains(&drawn.label),
            Self::Run(runs) => runs.contains(&drawn.run),
            // What has no score is no number, and not in any range.
            Self::Score(from, to) => drawn.score >= *from && drawn.score < *to,
        }
    }

    /// Files that have an annotation for which this holds, if that is known without a look at each; else files that may.
    fn files(&self, files: &Files) -> (Bits, bool) {
        let mut found = Bits::default();
        match self {
            Self::Label(labels) => labels.iter().for_each(|label| found.join(files.with_label(*label))),
            Self::Run(runs) => runs.iter().for_each(|run| found.join(files.with_run(*run))),
            Self::Score(from, to) => {
                let open = *from == f64::NEG_INFINITY || *to == f64::INFINITY;
                found.extend(files.scored().filter(|(_, low, high)| high >= from && low < to).map(|(place, ..)| place));
                return (found, open);
            }
        }
        (found, true)
    }
}

/// Scores in whole millionths that compare so.
fn range(compare: Compare, asked: i64) -> (f64, f64) {
    let above = || first_at_least(asked.saturating_add(1));
    match compare {
        Compare::AtLeast => (first_at_least(asked), f64::INFINITY),
        Compare::Above => (above(), f64::INFINITY),
        Compare::AtMost => (f64::NEG_INFINITY, above()),
        Compare::Below => (f64::NEG_INFINITY, first_at_least(asked)),
        Compare::Equal => (first_at_least(asked), above()),
    }
}

/// The smallest number that rounds to so many millionths or more: looked for among all numbers, so that it is exact.
fn first_at_least(asked: i64) -> f64 {
    // Numbers in the order of their bits, as `f64::total_cmp` has it.
    let number = |key: i64| f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64);
    let key = |number: f64| {
        let bits = number.to_bits() as i64;
        bits ^ (((bits >> 63) as u64) >> 1) as i64
    };
    let (mut low, mut high) = (key(f64::MIN), key(f64::MAX));
    while low < high {
        let middle = low.midpoint(high);
        let middle = if middle == high { low } else { middle };
        if millionths(number(middle)) >= asked {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    number(low)
}

/// A tree with everything looked up.
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// One of these files has an annotation for which all of these hold.
    One(Bits, Vec<On>),
    Name(String),
    /// The file is one of these.
    Among(Bits),
    Kind(Option<u32>),
    Drawn,
}

impl Test {
    fn holds(&self, place: u32, file: &File) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(place, file)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(place, file)),
            Self::Not(part) => !part.holds(place, file),
            Self::One(files, asked) => files.has(place) && file.drawn.iter().any(|drawn| all_hold(asked, *drawn)),
            Self::Name(text) => file.name.contains(text.as_str()),
            Self::Among(files) => files.has(place),
            Self::Kind(kind) => *kind == Some(file.kind),
            Self::Drawn => !file.drawn.is_empty(),
        }
    }
}

fn all_hold(asked: &[On], drawn: Drawn) -> bool {
    asked.iter().all(|on| on.holds(drawn))
}

/// A query over the columns, for a sight.
pub(super) struct Finder<'a> {
    pub(super) columns: &'a Columns,
    pub(super) sight: &'a Sight,
    named: &'a Named,
}

impl<'a> Finder<'a> {
    pub(super) fn new(columns: &'a Columns, sight: &'a Sight, named: &'a Named) -> Self {
        Self { columns, sight, named }
    }

    /// The places of the files for which the filter holds.
    pub(super) fn matching(&self, filter: Option<&Expr>) -> Bits {
        let seen = self.sight.files(self.columns);
        let Some(filter) = filter else { return seen };
        let test = self.test(filter);
        let files = &self.columns.files;
        seen.iter().filter(|place| files.at(*place).is_some_and(|file| test.holds(*place, file))).collect()
    }

    /// Ids of the files of a query, in its order.
    pub(super) fn ids(&self, query: &Query) -> Vec<i64> {
        let files = &self.columns.files;
        let sort = query.sort.unwrap_or(Sort { field: SortField::Updated, descending: true });
        let found = self.matching(query.filter.as_ref());
        // What is not known comes last, in either direction.
        let (order, unknown) = match sort.field {
            SortField::Name => (&files.by_name, 0),
            SortField::Created => (&files.by_created, files.without_created()),
            SortField::Updated => (&files.by_changed, files.without_changed()),
            SortField::Score
            | SortField::Count
            | SortField::Id
            | SortField::Width
            | SortField::Duration
            | SortField::Random => return self.by_score(&found, query.filter.as_ref(), sort.descending),
        };
        let (unknown, known) = order.places().split_at(unknown);
        let id = |place: &u32| found.has(*place).then(|| files.at(*place).map(|file| file.id)).flatten();
        if sort.descending {
            known.iter().rev().chain(unknown.iter().rev()).filter_map(id).collect()
        } else {
            known.iter().chain(unknown).filter_map(id).collect()
        }
    }

    fn by_score(&self, found: &Bits, filter: Option<&Expr>, descending: bool) -> Vec<i64> {
        let asked = self.asked(filter);
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for file in found.iter().filter_map(|place| self.columns.files.at(place)) {
            let scores = file.drawn.iter().filter(|drawn| counts(&asked, **drawn)).filter_map(|drawn| drawn.score());
            match scores.max_by(f64::total_cmp) {
                Some(score) => known.push((score, file.id)),
                None => unknown.push(file.id),
            }
        }
        known.sort_unstable_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
        unknown.sort_unstable();
        if descending {
            known.reverse();
            unknown.reverse();
        }
        known.into_iter().map(|(_, id)| id).chain(unknown).collect()
    }

    /// Scores of the predictions that a query asks for on the files it finds, one after the other.
    pub(super) fn scores(&self, found: &Bits, filter: Option<&Expr>, mut each: impl FnMut(f64)) {
        let asked = self.asked(filter);
        for file in found.iter().filter_map(|place| self.columns.files.at(place)) {
            let asked_for = file.drawn.iter().filter(|drawn| counts(&asked, **drawn));
            asked_for.filter_map(|drawn| drawn.score()).for_each(&mut each);
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

    /// A condition on one annotation.
    fn on(&self, condition: &Condition) -> Option<On> {
        let (files, named) = (&self.columns.files, self.named);
        Some(match condition {
            Condition::Label(name) => {
                let ids = named.labels.get(&fold(name)).into_iter().flatten();
                On::Label(ids.filter_map(|id| files.labels.get(id)).map(|label| label + Drawn::LABEL).collect())
            }
            Condition::Run(name) => {
                let ids = named.runs.get(&fold(name)).into_iter().flatten();
                On::Run(ids.filter_map(|id| files.runs.get(id)).map(|run| run + Drawn::RUN).collect())
            }
            Condition::Score(compare, score) => {
                let (from, to) = range(*compare, score.millionths());
                On::Score(from, to)
            }
            _ => return None,
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
        let Some((first, others)) = asked.split_first() else { return Test::Among(Bits::default()) };
        let (mut may, known) = first.files(files);
        if known && others.is_empty() {
            return Test::Among(may);
        }
        others.iter().for_each(|on| may.keep(&on.files(files).0));
        Test::One(may, asked)
    }

    fn of_the_file(&self, condition: &Condition) -> Test {
        match condition {
            Condition::Name(text) => Test::Name(fold(text)),
            Condition::Dataset(name) => {
                let key = fold(name);
                Test::Among(self.sight.files_of_datasets(self.columns, |dataset| dataset.key == key))
            }
            Condition::Type(kind) => Test::Kind(self.kind(*kind)),
            Condition::Has(Thing::Annotation) => Test::Drawn,
            Condition::Has(Thing::Prediction) => Test::Among(self.columns.files.predicted().clone()),
            Condition::Has(Thing::Task) => Test::Among(self.sight.files_of_tasks(self.columns)),
            Condition::Label(_) | Condition::Score(..) | Condition::Run(_) => {
                self.one(self.on(condition).into_iter().collect())
            }
            // Refused before (`read_query`).
            _ => Test::Any(Vec::new()),
        }
    }

    fn kind(&self, kind: Kind) -> Option<u32> {
        self.columns.files.kinds.get(&kind.word().to_owned())
    }
}

/// Whether a prediction is one of those that a query asks for: all when it says nothing of annotations.
fn counts(asked: &[Vec<On>], drawn: Drawn) -> bool {
    asked.is_empty() || asked.iter().any(|set| all_hold(set, drawn))
}

/// The folded names of labels and of runs in a tree.
pub(super) fn names(expr: &Expr, labels: &mut Vec<String>, runs: &mut Vec<String>) {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| names(part, labels, runs)),
        Expr::Not(part) | Expr::Group(part) => names(part, labels, runs),
        Expr::Is(Condition::Label(name)) => labels.push(fold(name)),
        Expr::Is(Condition::Run(name)) => runs.push(fold(name)),
        Expr::Is(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use portal_model::query::Score;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_range_holds_exactly_the_scores_that_round_so(asked in -3_000_000_i64..3_000_000, by in -4_i64..4, score in -3.0_f64..3.0) {
            let near = (asked as f64 + by as f64 / 2.0) / 1e6;
            let nearly = [near, near.next_up(), near.next_down(), near.next_up().next_up(), score];
            for (compare, own) in Compare::ALL.iter().flat_map(|compare| nearly.map(|own| (*compare, own))) {
                let (from, to) = range(compare, asked);
                let rounded = Score::new(own).expect("a score").millionths();
                let due = match compare {
                    Compare::AtLeast => rounded >= asked,
                    Compare::AtMost => rounded <= asked,
                    Compare::Above => rounded > asked,
                    Compare::Below => rounded < asked,
                    Compare::Equal => rounded == asked,
                };
                prop_assert_eq!(own >= from && own < to, due, "{} {:?} {}", own, compare, asked);
            }
        }
    }
}
