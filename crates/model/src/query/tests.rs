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
    assert_eq!(at("limit:5 limit:6"), (8, 7, Expected::OnceOutside));
    assert_eq!(at("a (limit:5)").2, Expected::OnceOutside);
    assert_eq!(at("limit:many"), (6, 4, Expected::WholeNumber));
    assert_eq!(at("limit:0").2, Expected::WholeNumber);
    assert_eq!(at("id:a1"), (3, 2, Expected::WholeNumber));
    assert_eq!(at("created>=march"), (9, 5, Expected::Time));
    assert_eq!(error("created:yesterdy").nearest, Some("yesterday"));
    assert_eq!(at("updated:2026-13").2, Expected::Time);
    assert_eq!(at("updated:2026-02-29").2, Expected::Time);
    assert_eq!(at("width:100"), (5, 1, Expected::Comparison));
    assert_eq!(at("count:face"), (10, 0, Expected::Comparison));
    assert_eq!(at("near:high"), (5, 4, Expected::Number));
    assert_eq!(at("near:0.5~-1").2, Expected::Number);
    assert_eq!(at("attribute:fog").2, Expected::Question);
    assert_eq!(at("attribute.:fog"), (10, 0, Expected::Question));
    assert_eq!(at("attribute.\"a b\" x").2, Expected::Colon);
    assert_eq!(at("atribute.weather:fog"), (0, 8, Expected::Field));
    assert_eq!(error("atribute.weather:fog").nearest, Some("attribute"));
    assert_eq!(at("disagree:one"), (12, 0, Expected::AnotherRun));
    assert_eq!(at("disagree:one,one"), (13, 3, Expected::AnotherRun));
    assert_eq!(at("disagree:one,"), (13, 0, Expected::Value));
    assert_eq!(error("kind:poligon").nearest, Some("polygon"));
    assert_eq!(error("status:complet").nearest, Some("complete"));
    assert_eq!(error("missing:isue").nearest, Some("issue"));
    assert_eq!(at("sort:name sort:score").2, Expected::OnceOutside);
    assert_eq!(at("(a sort:name)").2, Expected::OnceOutside);
    assert_eq!(at(&"(".repeat(3000)).2, Expected::Shorter);
    assert_eq!(at(&"-".repeat(3999)).2, Expected::Shorter);
    assert_eq!(at(&"a".repeat(5000)).2, Expected::Shorter);
    assert_eq!(at("score>=inf").2, Expected::Number);
}

#[test]
fn every_condition_reads_and_prints_as_it_is_written() {
    let number = |value: f64| Score::new(value).unwrap();
    let question = |name: &str, answer| Condition::Attribute(name.into(), answer);
    for (text, condition) in [
        ("id:12", Condition::Id(12)),
        ("width>1000", Condition::Measure(Measure::Width, Compare::Above, number(1000.0))),
        ("duration<=2.5", Condition::Measure(Measure::Duration, Compare::AtMost, number(2.5))),
        ("created>=2026-03-01", Condition::Time(TimeField::Created, Compare::AtLeast, Moment::Day(2026, 3, 1))),
        ("updated:2026-03", Condition::Time(TimeField::Updated, Compare::Equal, Moment::Month(2026, 3))),
        ("updated:7d", Condition::Time(TimeField::Updated, Compare::Equal, Moment::Ago(7, Unit::Days))),
        ("created<yesterday", Condition::Time(TimeField::Created, Compare::Below, Moment::Yesterday)),
        ("count:face>=3", Condition::Count(Some("face".into()), Compare::AtLeast, number(3.0))),
        ("count:\"cup and spoon\"=2", Condition::Count(Some("cup and spoon".into()), Compare::Equal, number(2.0))),
        ("count<1", Condition::Count(None, Compare::Below, number(1.0))),
        ("kind:polygon", Condition::Shape(Shape::Polygon)),
        ("attribute.weather:fog", question("weather", Answer::Is("fog".into()))),
        (
            "attribute.\"How is the weather?\":\"very fine\"",
            question("How is the weather?", Answer::Is("very fine".into())),
        ),
        ("attribute.speed>=30", question("speed", Answer::Number(Compare::AtLeast, number(30.0)))),
        ("attribute.speed=30", question("speed", Answer::Number(Compare::Equal, number(30.0)))),
        ("attribute.speed:30", question("speed", Answer::Is("30".into()))),
        ("attribute.a.b:c", question("a.b", Answer::Is("c".into()))),
        ("frame>=10", Condition::Frame(Compare::AtLeast, number(10.0))),
        ("near:0.5", Condition::Near(number(0.5), None)),
        ("near:0.5~0.1", Condition::Near(number(0.5), Some(number(0.1)))),
        ("status:available", Condition::Status(Status::Available)),
        ("assignee:me", Condition::Assignee(Who::Me)),
        ("assignee:\"me\"", Condition::Assignee(Who::Named("me".into()))),
        ("assignee:Ana", Condition::Assignee(Who::Named("Ana".into()))),
        ("has:issue", Condition::Has(Thing::Issue)),
        ("missing:score", Condition::Missing(Thing::Score)),
        (
            "disagree:\"run A\",person>0.3",
            Condition::Disagree([Side::Run("run A".into()), Side::People], Some((Compare::Above, number(0.3)))),
        ),
        ("disagree:\"person\",b-2", Condition::Disagree([Side::Run("person".into()), Side::Run("b-2".into())], None)),
    ] {
        assert_eq!(parse(text).map_err(|e| e.to_string()), Ok(Query::of(is(condition))), "{text}");
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
    let whole = "label:face sort:random sample:200 seed:7 limit:100";
    let query = parse("limit:100 seed:7 label:face sample:200 sort:random").unwrap();
    assert_eq!((query.sample, query.seed, query.limit), (Some(200), Some(7), Some(100)));
    assert_eq!(query.to_string(), whole);
    assert_eq!(parse("updated>=-7d"), parse("updated>=7D"));
    assert_eq!(parse("Created=TODAY"), parse("created:today"));
}

#[test]
fn times_mean_what_they_say() {
    // 2026-03-02T01:02:03Z.
    let now = 1_772_413_323;
    let span = |text: &str| {
        let query = parse(text).unwrap();
        let Some(Condition::Time(_, compare, moment)) = query.conditions().next() else { panic!("{text}") };
        let span = moment.span(*compare, now);
        let seconds = |at: Option<crate::time::Timestamp>| at.map_or(String::new(), |at| at.0[..19].to_owned());
        (seconds(span.from), seconds(span.before))
    };
    let both = |from: &str, before: &str| (from.to_owned(), before.to_owned());
    assert_eq!(span("created:2026-02"), both("2026-02-01T00:00:00", "2026-03-01T00:00:00"));
    assert_eq!(span("created:2026-12"), both("2026-12-01T00:00:00", "2027-01-01T00:00:00"));
    assert_eq!(span("created:2024-02-29"), both("2024-02-29T00:00:00", "2024-03-01T00:00:00"));
    assert_eq!(span("created:2026"), both("2026-01-01T00:00:00", "2027-01-01T00:00:00"));
    assert_eq!(span("created>2026-02-28"), both("2026-03-01T00:00:00", ""));
    assert_eq!(span("created<=2026-02-28"), both("", "2026-03-01T00:00:00"));
    assert_eq!(span("created<2026"), both("", "2026-01-01T00:00:00"));
    assert_eq!(span("updated:today"), both("2026-03-02T00:00:00", "2026-03-03T00:00:00"));
    assert_eq!(span("updated:yesterday"), both("2026-03-01T00:00:00", "2026-03-02T00:00:00"));
    assert_eq!(span("updated:2d"), both("2026-02-28T01:02:03", ""));
    assert_eq!(span("updated<1h"), both("", "2026-03-02T00:02:03"));
    assert_eq!(span("updated>=1w"), both("2026-02-23T01:02:03", ""));
    // Before there were years, nothing.
    assert_eq!(span("updated:9999w").0, "1834-07-14T01:02:03");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", "\\PC{0,12}", Just("or".to_owned()), Just("a \"b\" \\".to_owned()), Just("-x".to_owned())]
}

fn number() -> impl Strategy<Value = Score> {
    (-2.0..2000.0f64).prop_map(|value| Score::new(value).unwrap())
}

fn moment() -> impl Strategy<Value = Moment> {
    let unit = proptest::sample::select(&[Unit::Hours, Unit::Days, Unit::Weeks][..]);
    prop_oneof![
        (0_u16..9_999).prop_map(Moment::Year),
        (0_u16..9_999, 1_u8..13).prop_map(|(year, month)| Moment::Month(year, month)),
        (0_u16..9_999, 1_u8..13, 1_u8..29).prop_map(|(year, month, day)| Moment::Day(year, month, day)),
        (0_u16..10_000, unit).prop_map(|(n, unit)| Moment::Ago(n, unit)),
        Just(Moment::Today),
        Just(Moment::Yesterday),
    ]
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::People), Just(Side::Run("person".into())), text().prop_map(Side::Run)]
}

fn condition() -> impl Strategy<Value = Condition> {
    let compare = || proptest::sample::select(Compare::ALL);
    let things = || proptest::sample::select(Thing::ALL);
    let of_the_file = prop_oneof![
        text().prop_map(Condition::Name),
        any::<i64>().prop_map(Condition::Id),
        text().prop_map(Condition::Dataset),
        proptest::sample::select(Kind::ALL).prop_map(Condition::Type),
        things().prop_map(Condition::Has),
        things().prop_map(Condition::Missing),
        proptest::sample::select(Status::ALL).prop_map(Condition::Status),
        prop_oneof![Just(Who::Me), Just(Who::Named("me".into())), text().prop_map(Who::Named)]
            .prop_map(Condition::Assignee),
        (proptest::sample::select(Measure::ALL), compare(), number())
            .prop_map(|(measure, compare, number)| Condition::Measure(measure, compare, number)),
        (proptest::sample::select(TimeField::ALL), compare(), moment())
            .prop_map(|(field, compare, moment)| Condition::Time(field, compare, moment)),
        (proptest::option::of(text()), compare(), number())
            .prop_map(|(label, compare, number)| Condition::Count(label, compare, number)),
        (side(), side(), proptest::option::of((compare(), number())))
            .prop_filter("two sides", |(one, other, _)| one != other)
            .prop_map(|(one, other, above)| Condition::Disagree([one, other], above)),
    ];
    let answer = prop_oneof![
        text().prop_map(Answer::Is),
        Just(Answer::Is("30".into())),
        (compare(), number()).prop_map(|(compare, number)| Answer::Number(compare, number)),
    ];
    let of_an_annotation = prop_oneof![
        text().prop_map(Condition::Label),
        text().prop_map(Condition::Run),
        (compare(), number()).prop_map(|(compare, number)| Condition::Score(compare, number)),
        (number(), proptest::option::of(number().prop_map(|n| Score::new(n.value().abs()).unwrap())))
            .prop_map(|(score, within)| Condition::Near(score, within)),
        proptest::sample::select(Shape::ALL).prop_map(Condition::Shape),
        (text(), answer).prop_map(|(name, answer)| Condition::Attribute(name, answer)),
        (compare(), number()).prop_map(|(compare, number)| Condition::Frame(compare, number)),
    ];
    prop_oneof![of_the_file, of_an_annotation]
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

fn query() -> impl Strategy<Value = Query> {
    let some = |least: u32| proptest::option::of(least..=u32::MAX);
    (proptest::option::of(expr()), sort(), some(1), some(0), some(1))
        .prop_map(|(filter, sort, sample, seed, limit)| Query { filter, sort, sample, seed, limit })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_the_same(query in query()) {
        let printed = query.to_string();
        let normal = parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed:?}: {e}")))?;
        prop_assert_eq!(parse(&normal.to_string()), Ok(normal.clone()), "{}", printed);
        let whole = |query: &Query| (query.sort, query.sample, query.seed, query.limit);
        prop_assert_eq!(whole(&normal), whole(&query));
        prop_assert_eq!(normal.conditions().count(), query.conditions().count());
    }

    #[test]
    fn single_conditions_print_and_read_exactly(condition in condition()) {
        let query = Query::of(Expr::Is(condition));
        prop_assert_eq!(parse(&query.to_string()), Ok(query));
    }

    #[test]
    fn any_text_reads_or_points_inside_itself(
        text in "\\PC{0,60}|[-a-z:()\"<>=\\\\ ]{0,40}|((id|near|count|created|attribute\\.|disagree|limit|sample|a)[:=<>]?[-a0-9.,~\"é]{0,6} ?){0,6}"
    ) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.at + error.len <= text.len() && text.is_char_boundary(error.at), "{error:?}");
            prop_assert!(text.is_char_boundary(error.at + error.len), "{error:?}");
        }
    }

    #[test]
    fn a_moment_is_one_stretch_of_time(moment in moment(), now in 0_i64..4_000_000_000) {
        let spans = Compare::ALL.iter().map(|compare| (*compare, moment.span(*compare, now))).collect::<Vec<_>>();
        let of = |wanted: Compare| spans.iter().find(|(compare, _)| *compare == wanted).map(|(_, span)| span.clone()).unwrap();
        prop_assert_eq!(of(Compare::AtLeast).from, of(Compare::Below).before);
        prop_assert_eq!(of(Compare::Above).from, of(Compare::AtMost).before);
        prop_assert!(of(Compare::AtLeast).from <= of(Compare::Above).from);
    }
}
