//! Three states of a schema side by side: as I read it, as it is now, as I want it; only what somebody changed. Pure.

use std::collections::{HashMap, HashSet};

use portal_model::{
    attribute::Attribute,
    schema::{DraftAttribute, Schema, SchemaDraft},
};

use crate::{
    schema::{
        rebase::{self, What, changed},
        words::{self as say, title},
    },
    text::{Key, publish as w, schema, t, t_with},
};

/// What differs of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called: the schema, its labels, or a question.
    pub name: String,
    /// What of it differs.
    pub lines: Vec<Line>,
}

/// One thing that somebody changed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub what: String,
    /// As I read it.
    pub was: String,
    /// As it is.
    pub now: String,
    /// As I want it.
    pub mine: String,
    /// Whether both changed it, and not to the same.
    pub clashes: bool,
}

/// Everything that I or somebody else changed: the schema, its labels, its questions by place.
pub fn compare(base: &Schema, now: &Schema, mine: &SchemaDraft) -> Vec<Part> {
    let before = SchemaDraft::from(base);
    let theirs = SchemaDraft::from(now);
    let mut parts = Vec::new();
    let mut part = |name: String, lines: Vec<Option<Line>>| {
        let lines: Vec<Line> = lines.into_iter().flatten().collect();
        if !lines.is_empty() {
            parts.push(Part { name, lines });
        }
    };
    let archived = |is: &bool| t(if *is { schema::ARCHIVED } else { w::LIVE }).to_owned();
    part(
        t(w::THE_SCHEMA).to_owned(),
        vec![
            line(t(w::NAME), &before.name, &theirs.name, &mine.name, |name| say::name(name)),
            line(t(w::STATE), &before.archived, &theirs.archived, &mine.archived, archived),
        ],
    );
    part(t(schema::LABELS).to_owned(), labels(&before, &theirs, mine));

    let names: HashMap<&str, &str> = [&before, &theirs, mine]
        .into_iter()
        .flat_map(|draft| &draft.labels)
        .map(|label| (label.key.as_str(), label.name.as_str()))
        .collect();
    let [was, is, wanted] = [&before, &theirs, mine].map(by_key);
    let live = |schema: &Schema| -> HashMap<String, Attribute> {
        schema.attributes.iter().map(|attribute| (attribute.id.to_string(), attribute.clone())).collect()
    };
    let (of_base, of_now) = (live(base), live(now));
    let mut seen = HashSet::new();
    for attribute in before.attributes.iter().chain(&theirs.attributes).chain(&mine.attributes) {
        let key = attribute.key.as_str();
        if !seen.insert(key) {
            continue;
        }
        let (was, is, wanted) = (was.get(key).copied(), is.get(key).copied(), wanted.get(key).copied());
        let lines = match (of_base.get(key), of_now.get(key), was, is, wanted) {
            (Some(base), Some(now), Some(was), Some(is), Some(wanted)) => {
                let mut lines = sort(was, is, wanted, &names);
                lines.extend(rebase::compare(base, now, &wanted.fields).into_iter().map(|line| Some(of_field(line))));
                lines
            }
            _ => vec![existence(was, is, wanted)],
        };
        part(title(&attribute.fields.question, &attribute.fields.name), lines);
    }
    parts
}

fn by_key(draft: &SchemaDraft) -> HashMap<&str, &DraftAttribute> {
    draft.attributes.iter().map(|attribute| (attribute.key.as_str(), attribute)).collect()
}

fn line<T: PartialEq>(what: &str, was: &T, now: &T, mine: &T, words: impl Fn(&T) -> String) -> Option<Line> {
    let clashes = changed(was, now, mine)?;
    Some(Line { what: what.to_owned(), was: words(was), now: words(now), mine: words(mine), clashes })
}

/// Labels only come; of one that exists nothing changes here.
fn labels(before: &SchemaDraft, theirs: &SchemaDraft, mine: &SchemaDraft) -> Vec<Option<Line>> {
    let there = |draft: &SchemaDraft, name: &str| draft.labels.iter().any(|label| label.name.trim() == name);
    let mut seen = HashSet::new();
    let all = theirs.labels.iter().chain(&mine.labels).map(|label| label.name.trim());
    all.filter(|name| seen.insert(*name))
        .map(|name| {
            let is = |there: &bool| t(if *there { w::THERE } else { schema::NOT_THERE }).to_owned();
            line(&say::name(name), &there(before, name), &there(theirs, name), &there(mine, name), is)
        })
        .collect()
}

/// What kind of answer it takes and what it is asked about.
fn sort(
    was: &DraftAttribute,
    is: &DraftAttribute,
    wanted: &DraftAttribute,
    names: &HashMap<&str, &str>,
) -> Vec<Option<Line>> {
    let labels = |of: &DraftAttribute| -> Vec<String> {
        let mut labels: Vec<String> = of
            .labels
            .iter()
            .map(|key| names.get(key.as_str()).map_or_else(|| key.clone(), |name| say::name(name)))
            .collect();
        // Their order says nothing.
        labels.sort_unstable();
        labels
    };
    let list = |names: &Vec<String>| {
        if names.is_empty() { t(schema::NOTHING).to_owned() } else { names.join(", ") }
    };
    vec![
        line(t(w::KIND), &was.kind, &is.kind, &wanted.kind, say::kind),
        line(t(w::SCOPE), &was.scope, &is.scope, &wanted.scope, |scope| say::about(*scope).to_owned()),
        line(t(schema::LABELS), &labels(was), &labels(is), &labels(wanted), list),
        line(t(w::PLACE), &was.position, &is.position, &wanted.position, ToString::to_string),
    ]
}

/// It is not in all three.
fn existence(
    was: Option<&DraftAttribute>,
    is: Option<&DraftAttribute>,
    wanted: Option<&DraftAttribute>,
) -> Option<Line> {
    let clashes = changed(&was, &is, &wanted)?;
    let gone = if was.is_some() { schema::ARCHIVED } else { schema::NOT_THERE };
    let words = |of: Option<&DraftAttribute>| match of {
        None => t(gone).to_owned(),
        Some(_) if was.is_none() => t(schema::NEW).to_owned(),
        Some(_) if of == was => t(w::THERE).to_owned(),
        Some(_) => t(schema::CHANGED).to_owned(),
    };
    Some(Line { what: t(w::ALL_OF_IT).to_owned(), was: words(was), now: words(is), mine: words(wanted), clashes })
}

fn of_field(line: rebase::Line) -> Line {
    let named = |key: Key| t(key).to_owned();
    let option = matches!(line.what, What::Option(_));
    let cell = |text: Option<String>| match text {
        Some(text) => say::name(&text),
        None if option => t(schema::NOT_THERE).to_owned(),
        None => t(schema::NOTHING).to_owned(),
    };
    let what = match &line.what {
        What::Question => named(schema::QUESTION),
        What::Name => named(schema::NAME),
        What::Min => named(schema::MIN),
        What::Max => named(schema::MAX),
        What::Default => named(schema::DEFAULT),
        What::ReadOnly => named(schema::READ_ONLY),
        What::Option(name) => t_with(schema::OPTION_NAMED, &[("name", &say::name(name))]),
    };
    Line { what, was: cell(line.was), now: cell(line.now), mine: cell(line.mine), clashes: line.clashes }
}

#[cfg(test)]
mod tests {
    use portal_model::{
        annotation::Label,
        attribute::AttributeKind,
        id::{AttributeId, LabelId, SchemaId},
    };

    use super::*;
    use crate::schema::tree::tests::attribute;

    fn schema() -> Schema {
        let mut second = attribute(&[]);
        second.id = AttributeId(second.id.0 + 1);
        second.question = "Second?".into();
        Schema {
            id: SchemaId(1),
            name: "Road".into(),
            archived: false,
            labels: vec![Label { id: LabelId(1), name: "car".into(), color: "#ff0000".into() }],
            attributes: vec![attribute(&[(1, "warm", None), (2, "cold", None)]), second],
        }
    }

    fn find<'a>(parts: &'a [Part], what: &str) -> &'a Line {
        parts.iter().flat_map(|part| &part.lines).find(|line| line.what.contains(what)).unwrap()
    }

    #[test]
    fn nothing_differs_where_nobody_changed_anything() {
        assert_eq!(compare(&schema(), &schema(), &SchemaDraft::from(&schema())), []);
    }

    #[test]
    fn cli_07_mine_and_theirs_stand_side_by_side_and_what_both_changed_is_marked() {
        let base = schema();
        let mut now = base.clone();
        now.name = "Roads".into();
        now.attributes[0].options[0].name = "hot".into();
        now.attributes.remove(1);
        now.labels.push(Label { id: LabelId(2), name: "bus".into(), color: "#00ff00".into() });
        let mut mine = SchemaDraft::from(&base);
        mine.name = "Streets".into();
        mine.attributes[0].kind = AttributeKind::Radio;
        mine.attributes[1].fields.question = "Third?".into();
        let parts = compare(&base, &now, &mine);
        assert_eq!(parts.len(), 4, "the schema, its labels, two questions: {parts:?}");
        let name = find(&parts, t(w::NAME));
        assert!(
            name.clashes && name.was.contains("Road") && name.now.contains("Roads") && name.mine.contains("Streets")
        );
        assert!(!find(&parts, "bus").clashes);
        assert!(!find(&parts, t(w::KIND)).clashes, "only mine");
        let option = find(&parts, "warm");
        assert!(option.now.contains("hot") && option.mine.contains("warm") && !option.clashes);
        let gone = find(&parts, t(w::ALL_OF_IT));
        assert_eq!((gone.now.as_str(), gone.mine.as_str()), (t(schema::ARCHIVED), t(schema::CHANGED)));
        assert!(gone.clashes, "they archived what I changed");
    }

    #[test]
    fn new_questions_of_either_are_told() {
        let base = schema();
        let mut now = base.clone();
        let mut theirs = attribute(&[]);
        theirs.id = AttributeId(77);
        now.attributes.push(theirs);
        let mut mine = SchemaDraft::from(&base);
        let mut new = mine.attributes[1].clone();
        new.key = "new-1".into();
        mine.attributes.push(new);
        let parts = compare(&base, &now, &mine);
        let lines: Vec<_> = parts.iter().map(|part| (&part.lines[0].now, &part.lines[0].mine)).collect();
        let (new, none) = (&t(schema::NEW).to_owned(), &t(schema::NOT_THERE).to_owned());
        assert_eq!(lines, [(new, none), (none, new)]);
    }
}
