//! The query language: what reads as what, round trip, and errors that point.

use proptest::prelude::*;

use super::*;

fn is(condition: Condition) -> Expr {
    Expr::Is(condition)
}

fn label(name: &str) -> Expr {
    is(Condition::Label(name.into()))
}

fn score(text: &str) -> Expr {
    is(Condition::Score(Compare::AtLeast, Score::new(text.parse().unwrap()).unwrap()))
}

fn filter(text: &str) -> Expr {
    parse(text).unwrap().filter.unwrap()
}

#[test]
fn terms_side_by_side_bind_tighter_than_or() {
    let name = |n: &str| is(Condition::Name(n.into()));
    assert_eq!(filter("a b or c"), Expr::Any(vec![Expr::All(vec![name("a"), name("b")]), name("c")]));
    assert_eq!(filter("a and (b or c)"), Expr::All(vec![name("a"), Expr::Any(vec![name("b"), name("c")])]));
    assert_eq!(filter("a (b c)"), Expr::All(vec![name("a"), name("b"), name("c")]));
    assert_eq!(filter("--a"), name("a"));
    assert_eq!(filter("not a"), Expr::Not(Box::new(name("a"))));
    assert_eq!(filter("orange android"), Expr::All(vec![name("orange"), name("android")]));
}

#[test]
fn brackets_part_conditions_on_annotations() {
    assert_eq!(filter("label:face score>=0.6"), Expr::All(vec![label("face"), score("0.6")]));
    assert_eq!(filter("label:face (score>=0.6)"), Expr::All(vec![label("face"), Expr::Group(Box::new(score("0.6")))]));
}

#[test]
fn the_example_of_the_design_reads() {
    let query =
        parse("label:face score>=0.6 dataset:\"cup and spoon\" -name:draft (type:video or has:prediction) sort:-score")
            .unwrap();
    assert_eq!(query.sort, Some(Sort { field: SortField::Score, descending: true }));
    assert_eq!(
        query.to_string(),
        "label:face score>=0.6 dataset:\"cup and spoon\" -name:draft (type:video or has:prediction) sort:-score"
    );
    assert_eq!(parse("  ").unwrap(), Query::default());
    assert_eq!(parse("sort:name").unwrap().filter, None);
}

#[test]
fn errors_point_and_suggest() {
    let error = |text: &str| parse(text).unwrap_err();
    let at = |text: &str| (error(text).at, error(text).len, error(text).expected);
    assert_eq!(at("lable:face"), (0, 5, Expected::Field));
    assert_eq!(error("lable:face").nearest, Some("label"));
    assert_eq!(error("type:vidoe").nearest, Some("video"));
    assert_eq!(at("type:vidoe").0, 5);
    assert_eq!(at("score>=high"), (7, 4, Expected::Number));
    assert_eq!(at("score:0.5"), (5, 1, Expected::Comparison));
    assert_eq!(at("label>face"), (5, 1, Expected::Colon));
    assert_eq!(at("label:"), (6, 0, Expected::Value));
    assert_eq!(at("(a"), (2, 0, Expected::ClosingBracket));
    assert_eq!(at("a)"), (1, 1, Expected::NoClosingBracket));
    assert_eq!(at("\"a"), (0, 1, Expected::ClosingQuote));
    assert_eq!(at("a or"), (4, 0, Expected::Condition));
    assert_eq!(at("or a").2, Expected::Condition);
    assert_eq!(at("-").2, Expected::Condition);
    assert_eq!(at("()").2, Expected::Condition);
    assert_eq!(at("sort:name sort:score").2, Expected::SortOnceOutside);
    assert_eq!(at("(a sort:name)").2, Expected::SortOnceOutside);
    assert_eq!(at(&"(".repeat(3000)).2, Expected::Shorter);
    assert_eq!(at(&"-".repeat(3999)).2, Expected::Shorter);
    assert_eq!(at(&"a".repeat(5000)).2, Expected::Shorter);
    assert_eq!(at("score>=inf").2, Expected::Number);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", "\\PC{0,12}", Just("or".to_owned()), Just("a \"b\" \\".to_owned()), Just("-x".to_owned())]
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        text().prop_map(Condition::Name),
        text().prop_map(Condition::Dataset),
        text().prop_map(Condition::Label),
        text().prop_map(Condition::Run),
        proptest::sample::select(Kind::ALL).prop_map(Condition::Type),
        proptest::sample::select(Thing::ALL).prop_map(Condition::Has),
        (proptest::sample::select(Compare::ALL), -2.0..2.0f64)
            .prop_map(|(compare, value)| Condition::Score(compare, Score::new(value).unwrap())),
    ]
}

/// Any tree, then brought to the normal form that `parse` makes by reading its own print once.
fn expr() -> impl Strategy<Value = Expr> {
    condition().prop_map(Expr::Is).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::All),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Any),
            inner.clone().prop_map(|e| Expr::Not(Box::new(e))),
            inner.prop_map(|e| Expr::Group(Box::new(e))),
        ]
    })
}

fn sort() -> impl Strategy<Value = Option<Sort>> {
    proptest::option::of(
        (proptest::sample::select(SortField::ALL), any::<bool>())
            .prop_map(|(field, descending)| Sort { field, descending }),
    )
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_the_same(filter in proptest::option::of(expr()), sort in sort()) {
        let printed = Query { filter, sort }.to_string();
        let normal = parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed:?}: {e}")))?;
        prop_assert_eq!(parse(&normal.to_string()), Ok(normal.clone()), "{}", printed);
    }

    #[test]
    fn single_conditions_print_and_read_exactly(condition in condition()) {
        let query = Query { filter: Some(Expr::Is(condition)), sort: None };
        prop_assert_eq!(parse(&query.to_string()), Ok(query));
    }

    #[test]
    fn any_text_reads_or_points_inside_itself(text in "\\PC{0,60}|[-a-z:()\"<>=\\\\ ]{0,40}") {
        if let Err(error) = parse(&text) {
            prop_assert!(error.at + error.len <= text.len() && text.is_char_boundary(error.at), "{error:?}");
        }
    }
}
