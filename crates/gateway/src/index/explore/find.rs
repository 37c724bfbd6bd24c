//! From a query's tree to the files it finds, over the columns in memory and within a sight.

use std::collections::HashMap;

use portal_model::query::{Compare, Condition, Expr, Kind, Query, Sort, SortField, Thing};

use super::sight::Sight;
use crate::index::{
    columns::{Bits, Columns, Drawn, File},
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
    Score(Compare, i64),
}

impl On {
    fn holds(&self, drawn: Drawn) -> bool {
        match self {
            Self::Label(labels) => labels.contains(&drawn.label),
            Self::Run(runs) => runs.contains(&drawn.run),
            Self::Score(compare, asked) => drawn.score().is_some_and(|score| {
                let own = millionths(score);
                match compare {
                    Compare::AtLeast => own >= *asked,
                    Compare::AtMost => own <= *asked,
                    Compare::Above => own > *asked,
                    Compare::Below => own < *asked,
                    Compare::Equal => own == *asked,
                }
            }),
        }
    }
}

/// A tree with everything looked up.
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// One annotation for which all of these hold.
    One(Vec<On>),
    Name(String),
    /// The file is one of these.
    Among(Bits),
    Kind(Option<u32>),
    Drawn,
    Predicted,
}

impl Test {
    fn holds(&self, place: u32, file: &File) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(place, file)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(place, file)),
            Self::Not(part) => !part.holds(place, file),
            Self::One(asked) => file.drawn.iter().any(|drawn| all_hold(asked, *drawn)),
            Self::Name(text) => file.name.contains(text.as_str()),
            Self::Among(files) => files.has(place),
            Self::Kind(kind) => *kind == Some(file.kind),
            Self::Drawn => !file.drawn.is_empty(),
            Self::Predicted => file.drawn.iter().any(|drawn| drawn.predicted()),
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
            SortField::Score => return self.by_score(&found, query.filter.as_ref(), sort.descending),
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
            Condition::Score(compare, score) => On::Score(*compare, score.millionths()),
            Condition::Name(_) | Condition::Dataset(_) | Condition::Type(_) | Condition::Has(_) => return None,
        })
    }

    fn test(&self, expr: &Expr) -> Test {
        match expr {
            Expr::All(parts) => {
                let (together, others) = self.of_one_annotation(parts);
                let mut tests: Vec<Test> = others.into_iter().map(|part| self.test(part)).collect();
                if !together.is_empty() {
                    tests.push(Test::One(together));
                }
                Test::All(tests)
            }
            Expr::Any(parts) => Test::Any(parts.iter().map(|part| self.test(part)).collect()),
            Expr::Not(part) => Test::Not(Box::new(self.test(part))),
            Expr::Group(part) => self.test(part),
            Expr::Is(condition) => {
                self.on(condition).map_or_else(|| self.of_the_file(condition), |on| Test::One(vec![on]))
            }
        }
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
            Condition::Has(Thing::Prediction) => Test::Predicted,
            Condition::Has(Thing::Task) => Test::Among(self.sight.files_of_tasks(self.columns)),
            Condition::Label(_) | Condition::Score(..) | Condition::Run(_) => {
                Test::One(self.on(condition).into_iter().collect())
            }
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
