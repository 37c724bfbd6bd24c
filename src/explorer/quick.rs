//! Changes to a query that need no writing: conditions on and off, and the order. They change the tree and print it back. Pure.

use portal_model::query::{Compare, Condition, Expr, Kind, Query, Score, Sort, SortField, Thing, parse};

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
        let filter = if all.len() > 1 { Some(Expr::All(all)) } else { all.pop() };
        read_again(Query { filter, ..query.clone() })
    }
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
