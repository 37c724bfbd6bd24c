//! Changes to a query that need no writing: conditions on and off, and the order. They change the tree and print it back. Pure.

use portal_model::query::{Compare, Condition, Expr, FieldName, Kind, Query, Score, Sort, SortField, Thing, parse};

/// A condition that is one click away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quick {
    /// A model looked at it and found something.
    Predicted,
    /// A model was this sure at least, in hundredths.
    Sure(u8),
    /// Nobody drew on it, and no model did.
    Bare,
    /// A task of mine is on it.
    Task,
    /// Pictures.
    Pictures,
    /// Videos.
    Videos,
}

impl Quick {
    fn expr(self) -> Option<Expr> {
        Some(match self {
            Self::Predicted => Expr::Is(Condition::Has(Thing::Prediction)),
            Self::Sure(hundredths) => {
                Expr::Is(Condition::Score(Compare::AtLeast, Score::new(f64::from(hundredths) / 100.0)?))
            }
            Self::Bare => Expr::Not(Box::new(Expr::Is(Condition::Has(Thing::Annotation)))),
            Self::Task => Expr::Is(Condition::Has(Thing::Task)),
            Self::Pictures => Expr::Is(Condition::Type(Kind::Image)),
            Self::Videos => Expr::Is(Condition::Type(Kind::Video)),
        })
    }

    /// Whether the query asks for it, beside whatever else must hold.
    pub fn is_on(self, query: &Query) -> bool {
        self.expr().is_some_and(|wanted| parts(query.filter.as_ref()).contains(&&wanted))
    }

    /// The query with it, or without it when it was there.
    pub fn toggled(self, query: &Query) -> Query {
        let Some(wanted) = self.expr() else { return query.clone() };
        let mut all: Vec<Expr> = parts(query.filter.as_ref()).into_iter().cloned().collect();
        if all.contains(&wanted) {
            all.retain(|part| *part != wanted);
        } else {
            all.push(wanted);
        }
        of_parts(query, all)
    }
}

/// One condition as it is written; `None` when the language has no such condition.
pub fn written(text: &str) -> Option<Expr> {
    parse(text).ok().and_then(|query| query.filter).filter(|expr| matches!(expr, Expr::Is(_)))
}

/// Whether this condition must hold, by itself or in brackets of its own.
pub fn must(query: &Query, wanted: &Expr) -> bool {
    parts(query.filter.as_ref()).into_iter().any(|part| bare(part) == wanted)
}

/// The query with a condition, or without it when it was there. Side by side, conditions on annotations speak of the same one:
/// a second label or run is put in brackets, so that another annotation may carry it.
pub fn narrowed(query: &Query, wanted: Expr) -> Query {
    let mut all: Vec<Expr> = parts(query.filter.as_ref()).into_iter().cloned().collect();
    let count = all.len();
    all.retain(|part| *bare(part) != wanted);
    if all.len() == count {
        let is_second = all.iter().any(|part| is_alike(part, &wanted));
        all.push(if is_second { Expr::Group(Box::new(wanted)) } else { wanted });
    }
    of_parts(query, all)
}

/// What stands in brackets alone, without them.
fn bare(part: &Expr) -> &Expr {
    match part {
        Expr::Group(inner) => inner,
        other => other,
    }
}

/// Whether both say something of the label, or of the run.
fn is_alike(part: &Expr, wanted: &Expr) -> bool {
    matches!(
        (part, wanted),
        (Expr::Is(Condition::Label(_)), Expr::Is(Condition::Label(_)))
            | (Expr::Is(Condition::Run(_)), Expr::Is(Condition::Run(_)))
    )
}

/// The names that the query asks for side by side, of datasets, labels, runs and types.
pub fn names(query: &Query) -> Vec<(FieldName, String)> {
    let name = |part: &Expr| match bare(part) {
        Expr::Is(Condition::Dataset(name)) => Some((FieldName::Dataset, name.clone())),
        Expr::Is(Condition::Label(name)) => Some((FieldName::Label, name.clone())),
        Expr::Is(Condition::Run(name)) => Some((FieldName::Run, name.clone())),
        Expr::Is(Condition::Type(kind)) => Some((FieldName::Type, kind.word().to_owned())),
        _ => None,
    };
    parts(query.filter.as_ref()).into_iter().filter_map(name).collect()
}

/// Classes of scores, from the first to the last.
pub type Bins = (usize, usize);

/// The ends of a class of scores, of so many from 0 to 1.
fn ends(bin: usize, of: usize) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "there are ten")]
    let at = |n: usize| n as f64 / of as f64;
    (at(bin), at(bin + 1))
}

/// The query with predictions of these classes only, in place of what it said of scores; all of them say nothing.
pub fn scored(query: &Query, bins: Option<Bins>, of: usize) -> Query {
    let mut all: Vec<Expr> =
        parts(query.filter.as_ref()).into_iter().filter(|part| score(part).is_none()).cloned().collect();
    if let Some((first, last)) = bins {
        let mut add = |compare, at| {
            if let Some(score) = Score::new(at) {
                all.push(Expr::Is(Condition::Score(compare, score)));
            }
        };
        if first > 0 {
            add(Compare::AtLeast, ends(first, of).0);
        }
        if last + 1 < of {
            add(Compare::Below, ends(last, of).1);
        }
    }
    of_parts(query, all)
}

/// The classes that what the query says of scores reaches into; `None` when it says nothing.
pub fn bins(query: &Query, of: usize) -> Option<Bins> {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut any = false;
    for (compare, score) in parts(query.filter.as_ref()).into_iter().filter_map(score) {
        any = true;
        let at = score.value();
        match compare {
            Compare::AtLeast | Compare::Above => low = low.max(at),
            Compare::Below => high = high.min(at),
            // Just so much still counts.
            Compare::AtMost => high = high.min(at + 1e-7),
            Compare::Equal => (low, high) = (low.max(at), high.min(at + 1e-7)),
        }
    }
    // The last class holds 1 and more, the first what is below 0.
    let reaches = |bin: &usize| {
        let (from, to) = ends(*bin, of);
        (to > low + 1e-9 || *bin + 1 == of) && (from < high - 1e-9 || *bin == 0)
    };
    any.then(|| ((0..of).find(reaches).unwrap_or(0), (0..of).rfind(reaches).unwrap_or(0)))
}

fn score(part: &Expr) -> Option<(Compare, Score)> {
    match part {
        Expr::Is(Condition::Score(compare, score)) => Some((*compare, *score)),
        _ => None,
    }
}

/// The query with these parts side by side.
fn of_parts(query: &Query, mut parts: Vec<Expr>) -> Query {
    let filter = if parts.len() > 1 { Some(Expr::All(parts)) } else { parts.pop() };
    read_again(Query { filter, ..query.clone() })
}

/// The query in another order; the usual one without.
pub fn sorted(query: &Query, sort: Option<Sort>) -> Query {
    read_again(Query { sort, ..query.clone() })
}

/// Orders that are offered, by their names.
pub const SORTS: [(&str, Option<Sort>); 5] = [
    ("", None),
    ("name", Some(Sort { field: SortField::Name, descending: false })),
    ("-score", Some(Sort { field: SortField::Score, descending: true })),
    ("score", Some(Sort { field: SortField::Score, descending: false })),
    ("-created", Some(Sort { field: SortField::Created, descending: true })),
];

/// Whether what the query finds depends on annotations, which may still be on their way.
pub fn asks_for_annotations(query: &Query) -> bool {
    query.conditions().any(Condition::needs_annotations)
}

/// What must hold, side by side.
fn parts(filter: Option<&Expr>) -> Vec<&Expr> {
    match filter {
        None => Vec::new(),
        Some(Expr::All(parts)) => parts.iter().collect(),
        Some(other) => vec![other],
    }
}

/// Trees are normal when they come from the parser: brackets that a change made necessary mean something there.
fn read_again(query: Query) -> Query {
    parse(&query.to_string()).unwrap_or(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toggled(text: &str, quick: Quick) -> String {
        quick.toggled(&parse(text).expect("a query")).to_string()
    }

    #[test]
    fn a_click_puts_a_condition_beside_the_others_and_a_second_takes_it_away() {
        assert_eq!(toggled("", Quick::Predicted), "has:prediction");
        assert_eq!(toggled("has:prediction", Quick::Predicted), "");
        assert_eq!(toggled("label:face sort:-score", Quick::Sure(60)), "label:face score>=0.6 sort:-score");
        assert_eq!(toggled("label:face score>=0.6 sort:-score", Quick::Sure(60)), "label:face sort:-score");
        assert_eq!(toggled("type:image label:cup", Quick::Bare), "type:image label:cup -has:annotation");
        assert_eq!(toggled("type:image or type:video", Quick::Task), "(type:image or type:video) has:task");
        assert_eq!(toggled("(type:image or type:video) has:task", Quick::Task), "type:image or type:video");
        assert_eq!(toggled("label:a or label:b", Quick::Videos), "(label:a or label:b) type:video");
        for text in ["", "label:face", "a or b", "-(a b)", "(label:a score>=0.2) x"] {
            for quick in [Quick::Predicted, Quick::Sure(60), Quick::Bare, Quick::Task, Quick::Pictures, Quick::Videos] {
                let before = parse(text).expect("a query");
                let after = quick.toggled(&before);
                assert!(quick.is_on(&after) && !quick.is_on(&before), "{text} {quick:?}");
                assert_eq!(parse(&after.to_string()).as_ref(), Ok(&after));
                assert!(!quick.is_on(&quick.toggled(&after)));
            }
        }
    }

    fn narrow(text: &str, condition: &str) -> String {
        narrowed(&parse(text).expect("a query"), written(condition).expect("a condition")).to_string()
    }

    #[test]
    fn a_facet_narrows_and_a_second_label_may_be_of_another_annotation() {
        assert_eq!(narrow("", "label:face"), "label:face");
        assert_eq!(narrow("score>=0.6", "label:face"), "score>=0.6 label:face");
        assert_eq!(narrow("label:face", "label:eye"), "label:face (label:eye)");
        assert_eq!(narrow("label:face (label:eye) sort:name", "label:eye"), "label:face sort:name");
        assert_eq!(narrow("label:face (label:eye)", "label:face"), "(label:eye)");
        assert_eq!(narrow("run:a or run:b", "type:image"), "(run:a or run:b) type:image");
        for name in ["cup and spoon", "a\"b\\c", "", "ü.x/y"] {
            let text = format!("dataset:{}", portal_model::query::Quoted(name));
            assert_eq!(written(&text), Some(Expr::Is(Condition::Dataset(name.to_owned()))), "{text}");
        }
        assert_eq!((written("label:a label:b"), written("type:nonsense"), written("-label:a")), (None, None, None));
        let query = parse("label:face (label:eye) dataset:d -run:x").expect("a query");
        assert!(must(&query, &written("label:eye").expect("a condition")));
        assert!(!must(&query, &written("run:x").expect("a condition")));
        assert_eq!(names(&query).len(), 3);
    }

    #[test]
    fn a_range_of_scores_is_chosen_by_classes_and_reads_back_as_them() {
        let with = |text: &str, bins| scored(&parse(text).expect("a query"), bins, 10).to_string();
        assert_eq!(with("label:a", Some((3, 5))), "label:a score>=0.3 score<0.6");
        assert_eq!(with("label:a score>=0.3 score<0.6", Some((0, 0))), "label:a score<0.1");
        assert_eq!(with("score>0.5 x", Some((9, 9))), "name:x score>=0.9");
        assert_eq!(with("score>=0.9", None), "");
        assert_eq!(with("x", Some((0, 9))), "name:x");
        for first in 0..10 {
            for last in first..10 {
                let query = scored(&parse("x").expect("a query"), Some((first, last)), 10);
                let expected = ((first, last) != (0, 9)).then_some((first, last));
                assert_eq!(bins(&query, 10), expected, "{query}");
            }
        }
        for (text, expected) in [
            ("x", None),
            ("score>=0.6", Some((6, 9))),
            ("score>0.65 score<=0.7", Some((6, 7))),
            ("score=0.35", Some((3, 3))),
            ("score>3", Some((9, 9))),
            ("score<-1", Some((0, 0))),
        ] {
            assert_eq!(bins(&parse(text).expect("a query"), 10), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_deeper_is_not_what_a_click_means() {
        assert!(!Quick::Videos.is_on(&parse("type:video or x").expect("a query")));
        assert!(!Quick::Videos.is_on(&parse("-type:video").expect("a query")));
        assert!(Quick::Bare.is_on(&parse("not has:annotation").expect("a query")));
    }

    #[test]
    fn the_order_changes_without_the_rest() {
        let query = parse("a or b sort:name").expect("a query");
        assert_eq!(sorted(&query, None).to_string(), "name:a or name:b");
        assert_eq!(sorted(&query, SORTS[2].1).to_string(), "name:a or name:b sort:-score");
    }

    #[test]
    fn queries_on_annotations_are_told_from_others() {
        for (text, asks) in [
            ("", false),
            ("dataset:a type:video coins has:task sort:-score", false),
            ("a or -(b label:x)", true),
            ("-has:annotation", true),
            ("(score>=0.1)", true),
            ("run:r", true),
            ("count:a>1", true),
            ("disagree:a,b", true),
            ("width>1 created:today status:complete missing:issue", false),
        ] {
            assert_eq!(asks_for_annotations(&parse(text).expect("a query")), asks, "{text}");
        }
    }
}
