//! The form's tree: the query as rows and groups that are filled in one by one, and back. A row that is not finished yet says nothing. Pure.

use portal_model::query::{
    Answer, Compare, Condition, Expr, FieldName, Kind, Measure, Query, Score, Shape, Side, Status, Thing, TimeField,
    Who, parse,
};

/// The query as a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The outermost group.
    pub root: Node,
    /// What speaks of the whole query stays as it is: the order, samples, limits.
    pub whole: Query,
}

/// A row or a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The contrary.
    pub not: bool,
    /// Speaks of an annotation of its own, not of the one that its neighbours speak of.
    pub own: bool,
    /// Which of the two.
    pub what: What,
}

/// A row or a group.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// One condition.
    Row(Row),
    /// Several.
    Group {
        /// Whether one of them is enough.
        any: bool,
        /// In order.
        parts: Vec<Node>,
    },
}

/// One condition as it is filled in. Which of the texts mean something depends on the field.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub field: FieldName,
    /// How it compares; `None` where it is written with a colon.
    pub sign: Option<Compare>,
    /// What comes before the sign: the question, the label that is counted, the first of two runs.
    pub key: String,
    /// What comes after it.
    pub value: String,
    /// One more number: how near, how much they disagree.
    pub more: String,
}

/// A side or a person that is no name: people, and whoever asks. Names stand behind [`NAMED`].
pub const PEOPLE: &str = "people";
/// Whoever asks.
pub const ME: &str = "me";
/// Before names, so that nobody is called like the words above.
pub const NAMED: char = '=';

/// Fields of rows, in the order in which they are offered.
pub const FIELDS: [FieldName; 22] = [
    FieldName::Label,
    FieldName::Score,
    FieldName::Run,
    FieldName::Attribute,
    FieldName::Kind,
    FieldName::Near,
    FieldName::Frame,
    FieldName::Count,
    FieldName::Disagree,
    FieldName::Name,
    FieldName::Dataset,
    FieldName::Type,
    FieldName::Created,
    FieldName::Updated,
    FieldName::Width,
    FieldName::Height,
    FieldName::Duration,
    FieldName::Id,
    FieldName::Has,
    FieldName::Missing,
    FieldName::Status,
    FieldName::Assignee,
];

fn number(score: Score) -> String {
    score.value().to_string()
}

fn score(text: &str) -> Option<Score> {
    text.trim().parse().ok().and_then(Score::new)
}

fn side(side: &Side) -> String {
    match side {
        Side::People => PEOPLE.to_owned(),
        Side::Run(name) => format!("{NAMED}{name}"),
    }
}

fn read_side(text: &str) -> Option<Side> {
    match text.strip_prefix(NAMED) {
        Some(name) => Some(Side::Run(name.to_owned())),
        None => (text == PEOPLE).then_some(Side::People),
    }
}

fn word<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|one| word(*one) == text)
}

impl Row {
    /// An empty one, with the sign that is usual there.
    pub fn new(field: FieldName) -> Self {
        let sign = match field {
            FieldName::Score
            | FieldName::Frame
            | FieldName::Count
            | FieldName::Width
            | FieldName::Height
            | FieldName::Duration
            | FieldName::Created
            | FieldName::Updated => Some(Compare::AtLeast),
            _ => None,
        };
        Self { field, sign, key: String::new(), value: String::new(), more: String::new() }
    }

    /// A condition as a row.
    pub fn of(condition: &Condition) -> Self {
        let row = |field, sign, key: &str, value: String| Self {
            field,
            sign,
            key: key.to_owned(),
            value,
            more: String::new(),
        };
        let said = |field, value: &str| row(field, None, "", value.to_owned());
        let field =
            |word: &str| FieldName::ALL.iter().copied().find(|name| name.word() == word).unwrap_or(FieldName::Name);
        match condition {
            Condition::Name(text) => said(FieldName::Name, text),
            Condition::Id(id) => said(FieldName::Id, &id.to_string()),
            Condition::Dataset(text) => said(FieldName::Dataset, text),
            Condition::Type(kind) => said(FieldName::Type, kind.word()),
            Condition::Measure(measure, sign, than) => row(field(measure.word()), Some(*sign), "", number(*than)),
            Condition::Time(time, sign, moment) => row(field(time.word()), Some(*sign), "", moment.to_string()),
            Condition::Label(text) => said(FieldName::Label, text),
            Condition::Score(sign, than) => row(FieldName::Score, Some(*sign), "", number(*than)),
            Condition::Near(near, within) => {
                Self { more: within.map(number).unwrap_or_default(), ..said(FieldName::Near, &number(*near)) }
            }
            Condition::Run(text) => said(FieldName::Run, text),
            Condition::Shape(shape) => said(FieldName::Kind, shape.word()),
            Condition::Attribute(name, Answer::Is(text)) => row(FieldName::Attribute, None, name, text.clone()),
            Condition::Attribute(name, Answer::Number(sign, than)) => {
                row(FieldName::Attribute, Some(*sign), name, number(*than))
            }
            Condition::Frame(sign, than) => row(FieldName::Frame, Some(*sign), "", number(*than)),
            Condition::Count(None, sign, than) => row(FieldName::Count, Some(*sign), "", number(*than)),
            Condition::Count(Some(label), sign, than) => {
                row(FieldName::Count, Some(*sign), &format!("{NAMED}{label}"), number(*than))
            }
            Condition::Has(thing) => said(FieldName::Has, thing.word()),
            Condition::Missing(thing) => said(FieldName::Missing, thing.word()),
            Condition::Status(status) => said(FieldName::Status, status.word()),
            Condition::Assignee(Who::Me) => said(FieldName::Assignee, ME),
            Condition::Assignee(Who::Named(name)) => said(FieldName::Assignee, &format!("{NAMED}{name}")),
            Condition::Disagree([a, b], above) => Self {
                sign: above.map(|(sign, _)| sign),
                more: above.map(|(_, than)| number(than)).unwrap_or_default(),
                ..row(FieldName::Disagree, None, &side(a), side(b))
            },
        }
    }

    /// The condition, once it is filled in.
    pub fn condition(&self) -> Option<Condition> {
        let text = || (!self.value.is_empty()).then(|| self.value.clone());
        let compared = || self.sign.zip(score(&self.value));
        let measure = word(Measure::ALL, Measure::word, self.field.word());
        let time = word(TimeField::ALL, TimeField::word, self.field.word());
        Some(match self.field {
            _ if measure.is_some() => {
                compared().zip(measure).map(|((sign, than), it)| Condition::Measure(it, sign, than))?
            }
            _ if time.is_some() => Condition::Time(time?, self.sign?, self.value.trim().parse().ok()?),
            FieldName::Name => Condition::Name(text()?),
            FieldName::Id => Condition::Id(self.value.trim().parse().ok()?),
            FieldName::Dataset => Condition::Dataset(text()?),
            FieldName::Type => Condition::Type(word(Kind::ALL, Kind::word, &self.value)?),
            FieldName::Label => Condition::Label(text()?),
            FieldName::Score => compared().map(|(sign, than)| Condition::Score(sign, than))?,
            FieldName::Near => {
                let within = match self.more.trim() {
                    "" => None,
                    text => Some(score(text).filter(|within| within.millionths() >= 0)?),
                };
                Condition::Near(score(&self.value)?, within)
            }
            FieldName::Run => Condition::Run(text()?),
            FieldName::Kind => Condition::Shape(word(Shape::ALL, Shape::word, &self.value)?),
            FieldName::Attribute => {
                let question = (!self.key.is_empty()).then(|| self.key.clone())?;
                let answer = match self.sign {
                    None => Answer::Is(text()?),
                    Some(sign) => Answer::Number(sign, score(&self.value)?),
                };
                Condition::Attribute(question, answer)
            }
            FieldName::Frame => compared().map(|(sign, than)| Condition::Frame(sign, than))?,
            FieldName::Count => {
                let label = self.key.strip_prefix(NAMED).filter(|label| !label.is_empty()).map(str::to_owned);
                compared().map(|(sign, than)| Condition::Count(label, sign, than))?
            }
            FieldName::Has => Condition::Has(word(Thing::ALL, Thing::word, &self.value)?),
            FieldName::Missing => Condition::Missing(word(Thing::ALL, Thing::word, &self.value)?),
            FieldName::Status => Condition::Status(word(Status::ALL, Status::word, &self.value)?),
            FieldName::Assignee if self.value == ME => Condition::Assignee(Who::Me),
            FieldName::Assignee => {
                let name = self.value.strip_prefix(NAMED).filter(|name| !name.is_empty())?;
                Condition::Assignee(Who::Named(name.to_owned()))
            }
            FieldName::Disagree => {
                let sides = [read_side(&self.key)?, read_side(&self.value)?];
                if sides[0] == sides[1] || sides.contains(&Side::Run(String::new())) {
                    return None;
                }
                let above = match self.more.trim() {
                    "" => None,
                    text => Some((self.sign.unwrap_or(Compare::Above), score(text)?)),
                };
                Condition::Disagree(sides, above)
            }
            _ => return None,
        })
    }
}

impl Node {
    /// A group.
    pub fn group(any: bool, parts: Vec<Self>) -> Self {
        Self { not: false, own: false, what: What::Group { any, parts } }
    }

    /// A row.
    pub fn row(row: Row) -> Self {
        Self { not: false, own: false, what: What::Row(row) }
    }

    fn of(expr: &Expr) -> Self {
        match expr {
            Expr::Not(inner) => Self { not: true, ..Self::of(inner) },
            Expr::Group(inner) => Self { own: true, ..Self::of(inner) },
            Expr::Is(condition) => Self::row(Row::of(condition)),
            Expr::All(parts) => Self::group(false, parts.iter().map(Self::of).collect()),
            Expr::Any(parts) => Self::group(true, parts.iter().map(Self::of).collect()),
        }
    }

    fn expr(&self) -> Option<Expr> {
        let inner = match &self.what {
            What::Row(row) => Expr::Is(row.condition()?),
            What::Group { any, parts } => {
                let mut parts: Vec<Expr> = parts.iter().filter_map(Self::expr).collect();
                match (parts.len(), any) {
                    (0 | 1, _) => parts.pop()?,
                    (_, true) => Expr::Any(parts),
                    (_, false) => Expr::All(parts),
                }
            }
        };
        let inner = if self.own { Expr::Group(Box::new(inner)) } else { inner };
        Some(if self.not { Expr::Not(Box::new(inner)) } else { inner })
    }

    /// The node of a path of places.
    pub fn at(&mut self, path: &[usize]) -> Option<&mut Self> {
        match path.split_first() {
            None => Some(self),
            Some((place, rest)) => match &mut self.what {
                What::Group { parts, .. } => parts.get_mut(*place)?.at(rest),
                What::Row(_) => None,
            },
        }
    }

    /// Takes the node of a path out.
    pub fn remove(&mut self, path: &[usize]) {
        if let Some((place, above)) = path.split_last()
            && let Some(Self { what: What::Group { parts, .. }, .. }) = self.at(above)
            && *place < parts.len()
        {
            parts.remove(*place);
        }
    }
}

impl Form {
    /// A query as a form.
    pub fn of(query: &Query) -> Self {
        let root = match query.filter.as_ref().map(Node::of) {
            None => Node::group(false, Vec::new()),
            Some(group @ Node { not: false, own: false, what: What::Group { .. } }) => group,
            Some(one) => Node::group(false, vec![one]),
        };
        Self { root, whole: Query { filter: None, ..query.clone() } }
    }

    /// The query that the finished rows make. In the parser's normal form: brackets that became necessary mean what they mean there.
    pub fn query(&self) -> Query {
        let query = Query { filter: self.root.expr(), ..self.whole.clone() };
        parse(&query.to_string()).unwrap_or(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const QUERIES: [&str; 20] = [
        "",
        "cup",
        "label:face score>=0.6 dataset:portraits -name:draft (type:video or has:prediction) sort:-score",
        "label:a (score>=0.2) -(label:b run:\"run one\")",
        "a or b c or -(d e)",
        "near:0.5 near:0.5~0.1 kind:polygon frame>=10",
        "attribute.weather:fog attribute.\"How many?\">=3 attribute.x=3 attribute.x:3",
        "count>=3 count:\"a face\"<2",
        "created:2026-03 updated>=-7d created<today",
        "width>1000 height<=20 duration=1.5 id:12",
        "has:issue missing:score status:in_progress",
        "assignee:me or assignee:\"me\" or assignee:Ana",
        "disagree:\"run a\",person disagree:a,\"person\">0.3",
        "-(a or b) limit:10 sample:20 seed:7 sort:random",
        "((a or b) (c or d)) or e",
        "-(-(a))",
        "name:\"\\\"quoted\\\" \\\\ \" or name:\"=x\"",
        "(label:a or label:b) score>0.5",
        "label:a label:b label:c",
        "-label:a -(label:b)",
    ];

    fn again(text: &str) {
        let query = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(Form::of(&query).query(), query, "{text}");
    }

    #[test]
    fn a_query_and_its_form_are_two_faces_of_one_tree() {
        QUERIES.iter().for_each(|text| again(text));
    }

    #[test]
    fn every_field_has_a_row_and_an_unfinished_row_says_nothing() {
        for field in FIELDS {
            assert_eq!(Row::new(field).condition(), None, "{}", field.word());
        }
        let wholes = [FieldName::Sort, FieldName::Limit, FieldName::Sample, FieldName::Seed];
        for field in FieldName::ALL {
            assert!(FIELDS.contains(field) != wholes.contains(field), "{}", field.word());
        }
        let mut form = Form::of(&parse("label:a").expect("a query"));
        if let What::Group { parts, .. } = &mut form.root.what {
            parts.push(Node::row(Row::new(FieldName::Score)));
            parts.push(Node::group(true, vec![Node::row(Row::new(FieldName::Label))]));
        }
        assert_eq!(form.query().to_string(), "label:a");
    }

    #[test]
    fn parts_are_found_and_taken_out_by_their_places() {
        let mut form = Form::of(&parse("a (b or c)").expect("a query"));
        let place = form.root.at(&[1, 0]).expect("b");
        assert_eq!(place.what, What::Row(Row::of(&Condition::Name("b".into()))));
        assert_eq!(form.root.at(&[0, 0]), None);
        form.root.remove(&[1, 0]);
        assert_eq!(form.query().to_string(), "name:a name:c");
        form.root.remove(&[7]);
        form.root.remove(&[]);
        assert_eq!(form.query().to_string(), "name:a name:c");
    }

    proptest! {
        /// Whatever the parser reads out of these pieces, however nested.
        #[test]
        fn any_query_goes_through_the_form_and_back(
            pieces in prop::collection::vec((0..QUERIES.len(), 0..6_u8), 1..6),
            name in "\\PC{1,12}",
        ) {
            let mut text = format!("name:{}", portal_model::query::Quoted(&name));
            for (which, how) in pieces {
                let piece = parse(QUERIES[which]).expect("a query").filter.map(|filter| filter.to_string());
                let Some(piece) = piece else { continue };
                text = match how {
                    0 => format!("{text} {piece}"),
                    1 => format!("{text} or {piece}"),
                    2 => format!("({text}) ({piece})"),
                    3 => format!("-({text}) {piece}"),
                    4 => format!("({text} or {piece}) label:z"),
                    _ => format!("{piece} or -({text})"),
                };
            }
            if let Ok(query) = parse(&text) {
                prop_assert_eq!(Form::of(&query).query(), query, "{}", text);
            }
        }
    }
}
