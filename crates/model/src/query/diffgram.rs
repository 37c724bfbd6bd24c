//! The same query in Diffgram's own language, where that can say it (`diffgram-api.md` §5). It has no brackets and no `not`,
//! mixes up `and` and `or`, and knows few things; names are written bare and have no escapes. So a name that holds anything but
//! letters, digits, blanks, `_`, `&` and `?` is refused: what people type can never be more than a name.

use std::{collections::BTreeMap, fmt};

use super::{Answer, Compare, Condition, Expr, Query, Score, TimeField};

/// What stands behind the names of a query, as it is written there. Only what the person may see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Labels as Diffgram calls them.
    pub labels: BTreeMap<String, Vec<String>>,
    /// Ids of datasets.
    pub datasets: BTreeMap<String, Vec<i64>>,
    /// Questions as people read them: Diffgram looks for those (recording `15-explorer-queries/09`).
    pub questions: BTreeMap<String, Vec<String>>,
    /// Ids of options, by question and option.
    pub options: BTreeMap<(String, String), Vec<i64>>,
}

/// A part that Diffgram's language cannot say.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatCannotBeSaid {
    /// The part, as it is written here.
    pub text: String,
    /// Why.
    pub why: Why,
}

/// Why something cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Diffgram cannot ask for that.
    NoWord,
    /// The name has letters that Diffgram's language does not take.
    Name,
    /// Nothing is called so.
    Unknown,
    /// There is no `not`.
    Not,
    /// Conditions on the same annotation.
    Together,
    /// There are no brackets, and `and` and `or` do not mix.
    Mixed,
    /// Files that have none are not found there.
    Zero,
}

/// Leaves, and how they hang together.
enum Said {
    Leaf(String),
    And(Vec<Said>),
    Or(Vec<Said>),
}

/// The query in Diffgram's language; empty for all files. The order is not said: Diffgram has none. `now` in seconds since 1970.
///
/// # Errors
/// The parts that cannot be said.
pub fn say(query: &Query, known: &Known, now: i64) -> Result<String, Vec<WhatCannotBeSaid>> {
    let mut wrong = Vec::new();
    for (word, number) in [("sample", query.sample), ("limit", query.limit)] {
        if let Some(number) = number {
            wrong.push(WhatCannotBeSaid { text: format!("{word}:{number}"), why: Why::NoWord });
        }
    }
    let said = query.filter.as_ref().and_then(|filter| Sayer { known, now, wrong: &mut wrong }.expr(filter));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let Some(said) = said else { return Ok(String::new()) };
    row(&said).ok_or_else(|| {
        let text = query.filter.as_ref().map(Expr::to_string).unwrap_or_default();
        vec![WhatCannotBeSaid { text, why: Why::Mixed }]
    })
}

/// One row without brackets that Diffgram reads as it is meant: only `and`, only `or`, or some `and` before a single `or`
/// (`diffgram-api.md` §5.4).
fn row(said: &Said) -> Option<String> {
    let leaf = |said: &Said| match said {
        Said::Leaf(leaf) => Some(leaf.clone()),
        Said::And(_) | Said::Or(_) => None,
    };
    let leaves = |parts: &[Said]| parts.iter().map(leaf).collect::<Option<Vec<String>>>();
    match said {
        Said::Leaf(leaf) => Some(leaf.clone()),
        Said::And(parts) => leaves(parts).map(|leaves| leaves.join(" and ")),
        Said::Or(parts) => match parts.as_slice() {
            [Said::And(first), Said::Leaf(last)] | [Said::Leaf(last), Said::And(first)] => {
                leaves(first).map(|leaves| format!("{} or {last}", leaves.join(" and ")))
            }
            parts => leaves(parts).map(|leaves| leaves.join(" or ")),
        },
    }
}

/// Parts as one node, those of its own kind drawn in.
fn node(parts: Vec<Said>, make: fn(Vec<Said>) -> Said, open: fn(Said) -> Result<Vec<Said>, Said>) -> Said {
    let mut flat = Vec::new();
    for part in parts {
        match open(part) {
            Ok(inner) => flat.extend(inner),
            Err(part) => flat.push(part),
        }
    }
    if flat.len() == 1 { flat.swap_remove(0) } else { make(flat) }
}

fn and(parts: Vec<Said>) -> Said {
    node(parts, Said::And, |part| match part {
        Said::And(parts) => Ok(parts),
        other => Err(other),
    })
}

fn or(parts: Vec<Said>) -> Said {
    node(parts, Said::Or, |part| match part {
        Said::Or(parts) => Ok(parts),
        other => Err(other),
    })
}

/// A name as Diffgram's language writes it: a blank is `_`.
fn name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_&? ".contains(c);
    let begins = text.chars().next().is_some_and(|c| !c.is_ascii_digit() && c != ' ');
    let is_word = ["id", "tag", "and", "or", "in"].iter().any(|word| text.eq_ignore_ascii_case(word));
    (begins && !is_word && !text.ends_with(' ') && text.chars().all(fits)).then(|| text.replace(' ', "_"))
}

struct Sayer<'a> {
    known: &'a Known,
    now: i64,
    wrong: &'a mut Vec<WhatCannotBeSaid>,
}

impl Sayer<'_> {
    fn cannot(&mut self, text: impl fmt::Display, why: Why) -> Option<Said> {
        self.wrong.push(WhatCannotBeSaid { text: text.to_string(), why });
        None
    }

    /// What is said of a tree; nothing when some of it cannot be, and then it is noted.
    fn expr(&mut self, expr: &Expr) -> Option<Said> {
        match expr {
            Expr::All(parts) => {
                let about = |part: &&Expr| matches!(part, Expr::Is(condition) if condition.is_about_an_annotation());
                let together: Vec<String> = parts.iter().filter(about).map(Expr::to_string).collect();
                if together.len() > 1 {
                    return self.cannot(together.join(" "), Why::Together);
                }
                self.each(parts).map(and)
            }
            Expr::Any(parts) => self.each(parts).map(or),
            Expr::Not(_) => self.cannot(expr, Why::Not),
            Expr::Group(part) => self.expr(part),
            Expr::Is(condition) => match self.condition(condition) {
                Ok(said) => Some(said),
                Err(why) => self.cannot(condition, why),
            },
        }
    }

    /// All of them, so that each that cannot be said is noted.
    fn each(&mut self, parts: &[Expr]) -> Option<Vec<Said>> {
        let said: Vec<Option<Said>> = parts.iter().map(|part| self.expr(part)).collect();
        said.into_iter().collect()
    }

    fn condition(&self, condition: &Condition) -> Result<Said, Why> {
        match condition {
            Condition::Label(label) => self.labels(label, Compare::Above, 0),
            Condition::Count(Some(label), compare, number) => {
                let number = whole(*number).ok_or(Why::NoWord)?;
                let zero = match compare {
                    Compare::AtLeast => number <= 0,
                    Compare::Above => number < 0,
                    Compare::AtMost => number >= 0,
                    Compare::Below => number > 0,
                    Compare::Equal => number == 0,
                };
                // Of several that are called alike, the sum counts.
                let is_one = self.known.labels.get(label).is_none_or(|labels| labels.len() < 2);
                match (zero, is_one) {
                    (true, _) => Err(Why::Zero),
                    (false, true) => self.labels(label, *compare, number),
                    (false, false) => Err(Why::NoWord),
                }
            }
            Condition::Dataset(dataset) => {
                let ids = self.known.datasets.get(dataset).filter(|ids| !ids.is_empty()).ok_or(Why::Unknown)?;
                Ok(Said::Leaf(format!("dataset.id {}", one_of(ids))))
            }
            Condition::Attribute(question, answer) => self.answer(question, answer),
            Condition::Time(field, compare, moment) => {
                let span = moment.span(*compare, self.now);
                let column = match field {
                    TimeField::Created => "created_time",
                    TimeField::Updated => "time_last_updated",
                };
                let bounds = [(">=", span.from), ("<", span.before)];
                let bounds = bounds.into_iter().filter_map(|(sign, at)| Some((sign, at?)));
                let said: Option<Vec<Said>> = bounds
                    .map(|(sign, at)| {
                        // Only days can be said.
                        let day = at.0.strip_suffix("T00:00:00.000000Z")?;
                        Some(Said::Leaf(format!("file.{column} {sign} \"{day}\"")))
                    })
                    .collect();
                said.map(and).ok_or(Why::NoWord)
            }
            _ => Err(Why::NoWord),
        }
    }

    fn labels(&self, label: &str, compare: Compare, number: i64) -> Result<Said, Why> {
        let labels = self.known.labels.get(label).filter(|labels| !labels.is_empty()).ok_or(Why::Unknown)?;
        let leaves = labels
            .iter()
            .map(|label| name(label).map(|name| Said::Leaf(format!("labels.{name} {} {number}", compare.word()))));
        leaves.collect::<Option<Vec<Said>>>().map(or).ok_or(Why::Name)
    }

    fn answer(&self, question: &str, answer: &Answer) -> Result<Said, Why> {
        let questions = self.known.questions.get(question).map(Vec::as_slice).unwrap_or_default();
        let [one] = questions else { return Err(if questions.is_empty() { Why::Unknown } else { Why::NoWord }) };
        let name = name(one).ok_or(Why::Name)?;
        let said = match answer {
            Answer::Is(option) => {
                // Texts are compared with their quotes there: none is ever the same.
                let ids = self.known.options.get(&(question.to_owned(), option.clone())).filter(|ids| !ids.is_empty());
                one_of(ids.ok_or(Why::NoWord)?)
            }
            Answer::Number(compare, number) => {
                format!("{} {}", compare.word(), whole(*number).ok_or(Why::NoWord)?)
            }
        };
        Ok(Said::Leaf(format!("attributes.{name} {said}")))
    }
}

/// A whole number that is not below 0: others cannot be written.
fn whole(number: Score) -> Option<i64> {
    let millionths = number.millionths();
    (millionths >= 0 && millionths % 1_000_000 == 0).then_some(millionths / 1_000_000)
}

fn one_of(ids: &[i64]) -> String {
    match ids {
        [id] => format!("= {id}"),
        ids => format!("in [{}]", ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::parse;

    fn known() -> Known {
        let names = |pairs: &[(&str, &[&str])]| {
            let own = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect();
            pairs.iter().map(|(asked, all)| ((*asked).to_owned(), own(all))).collect()
        };
        Known {
            labels: names(&[
                ("car", &["car"]),
                ("pedestrian", &["pedestrian"]),
                ("stop sign", &["stop sign"]),
                ("stop-sign", &["stop-sign"]),
                ("twice", &["twice", "Twice"]),
                ("id", &["id"]),
            ]),
            datasets: [("first".to_owned(), vec![3]), ("both".to_owned(), vec![3, 4])].into(),
            questions: names(&[
                ("Which select?", &["Which select?"]),
                ("Which slider?", &["Which slider?"]),
                ("two", &["two", "Two"]),
            ]),
            options: [(("Which select?".to_owned(), "red".to_owned()), vec![1])].into(),
        }
    }

    /// 2026-03-02T01:02:03Z.
    const NOW: i64 = 1_772_413_323;

    fn said(text: &str) -> Result<String, Vec<Why>> {
        let said = say(&parse(text).expect("a query"), &known(), NOW);
        said.map_err(|wrong| wrong.into_iter().map(|wrong| wrong.why).collect())
    }

    /// Each of these was asked of a running Diffgram: recordings `15-explorer-queries/01`, `03`, `04`, `07`, `08`, `09`, `10`, `18`.
    #[test]
    fn it_says_what_was_recorded() {
        for (ours, theirs) in [
            ("label:car", "labels.car > 0"),
            ("count:car>2", "labels.car > 2"),
            ("label:car (label:pedestrian)", "labels.car > 0 and labels.pedestrian > 0"),
            ("label:car or count:\"stop sign\">1", "labels.car > 0 or labels.stop_sign > 1"),
            ("dataset:first", "dataset.id = 3"),
            ("dataset:both", "dataset.id in [3,4]"),
            ("attribute.\"Which select?\":red", "attributes.Which_select? = 1"),
            ("attribute.\"Which slider?\">10", "attributes.Which_slider? > 10"),
            ("", ""),
            ("sort:-score", ""),
        ] {
            assert_eq!(said(ours).as_deref(), Ok(theirs), "{ours}");
        }
    }

    #[test]
    fn times_are_days() {
        assert_eq!(said("created>=2026-03-01").as_deref(), Ok("file.created_time >= \"2026-03-01\""));
        assert_eq!(
            said("updated:2026-02").as_deref(),
            Ok("file.time_last_updated >= \"2026-02-01\" and file.time_last_updated < \"2026-03-01\"")
        );
        assert_eq!(
            said("created:yesterday").as_deref(),
            Ok("file.created_time >= \"2026-03-01\" and file.created_time < \"2026-03-02\"")
        );
        assert_eq!(said("updated:7d"), Err(vec![Why::NoWord]));
    }

    #[test]
    fn what_it_would_read_differently_is_refused() {
        assert_eq!(
            said("(dataset:first count:car>1) or label:pedestrian").as_deref(),
            Ok("dataset.id = 3 and labels.car > 1 or labels.pedestrian > 0")
        );
        assert_eq!(
            said("label:pedestrian or dataset:first count:car>1").as_deref(),
            Ok("dataset.id = 3 and labels.car > 1 or labels.pedestrian > 0"),
            "`a or b and c` would be read as `(a and b) or c`"
        );
        assert_eq!(said("dataset:first (label:car or label:pedestrian)"), Err(vec![Why::Mixed]));
        assert_eq!(said("dataset:first label:car or dataset:both label:pedestrian"), Err(vec![Why::Mixed]));
        assert_eq!(said("dataset:first label:twice"), Err(vec![Why::Mixed]));
        assert_eq!(said("label:twice").as_deref(), Ok("labels.twice > 0 or labels.Twice > 0"));
        assert_eq!(said("-label:car"), Err(vec![Why::Not]));
        assert_eq!(said("label:car attribute.\"Which select?\":red"), Err(vec![Why::Together]));
        assert_eq!(said("count:car<3"), Err(vec![Why::Zero]), "files without a car have no row there");
        assert_eq!(said("count:car=0"), Err(vec![Why::Zero]));
        assert_eq!(said("count:car>1.5"), Err(vec![Why::NoWord]));
        assert_eq!(said("label:stop-sign"), Err(vec![Why::Name]));
        assert_eq!(said("label:id"), Err(vec![Why::Name]));
        assert_eq!(said("label:nobody"), Err(vec![Why::Unknown]));
        assert_eq!(said("attribute.\"Which select?\":nothing"), Err(vec![Why::NoWord]));
        assert_eq!(said("attribute.two:x"), Err(vec![Why::NoWord]));
        assert_eq!(said("type:video cup score>0.5 limit:3"), Err(vec![Why::NoWord; 4]));
    }

    proptest! {
        /// Recording `15-explorer-queries/19` holds such a text.
        #[test]
        fn dat_06_a_hostile_name_is_a_name_or_refused(text in "\\PC{1,20}|[a-z>0' \"and;_.\\[\\]=()-]{1,12}") {
            let mut known = known();
            known.labels.insert(text.clone(), vec![text.clone()]);
            known.questions.insert(text.clone(), vec![text.clone()]);
            known.options.insert((text.clone(), text.clone()), vec![7]);
            let label = Query::of(Expr::Is(Condition::Label(text.clone())));
            if let Ok(said) = say(&label, &known, 0) {
                let name = said.strip_prefix("labels.").and_then(|rest| rest.strip_suffix(" > 0")).expect("one comparison");
                prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "_&?".contains(c)), "{}", said);
            }
            let answer = Query::of(Expr::Is(Condition::Attribute(text.clone(), Answer::Is(text))));
            if let Ok(said) = say(&answer, &known, 0) {
                let name = said.strip_prefix("attributes.").and_then(|rest| rest.strip_suffix(" = 7")).expect("one comparison");
                prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "_&?".contains(c)), "{}", said);
            }
        }
    }
}
