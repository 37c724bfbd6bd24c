//! Differences, uses, warnings and faults in plain English, for terminals and logs. Names out of Diffgram stand in quotes, and what
//! would steer a terminal is written out.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
};

use portal_model::{
    api::schemas::{Review, SchemaDetail, Use, Warning},
    attribute::{Attribute, AttributeScope, Change, Fault},
    id::{AttributeId, OptionId},
    schema::{Place, SchemaChange, SchemaDraft, SchemaFault},
};

/// Text without what steers terminals or turns lines around.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let turns =
            matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A name in quotes.
struct Q<'a>(&'a str);

impl fmt::Display for Q<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", plain(self.0))
    }
}

/// What attributes and options are called.
struct Names<'a>(HashMap<AttributeId, &'a Attribute>);

impl<'a> Names<'a> {
    fn of(now: &'a SchemaDetail) -> Self {
        Self(now.attributes.iter().map(|state| (state.attribute.id, &state.attribute)).collect())
    }

    fn attribute(&self, id: AttributeId) -> String {
        match self.0.get(&id) {
            Some(attribute) if !attribute.name.is_empty() => plain(&attribute.name),
            Some(attribute) => Q(&attribute.question).to_string(),
            None => format!("attribute {id}"),
        }
    }

    fn option(&self, attribute: AttributeId, id: OptionId) -> String {
        let options = self.0.get(&attribute).map_or(&[][..], |attribute| &attribute.options);
        options.iter().find(|option| option.id == id).map_or_else(|| format!("option {id}"), |o| Q(&o.name).to_string())
    }
}

/// Whether something is gained, lost, or else.
fn sign(change: &Change) -> char {
    match change {
        Change::OptionAdded { .. } => '+',
        Change::OptionArchived { .. } => '-',
        _ => '~',
    }
}

fn bounds((min, max): &(Option<i64>, Option<i64>)) -> String {
    let number = |n: &Option<i64>| n.map_or_else(|| "none".to_owned(), |n| n.to_string());
    format!("{} to {}", number(min), number(max))
}

fn scope(scope: AttributeScope) -> &'static str {
    match scope {
        AttributeScope::Labels => "labels",
        AttributeScope::File => "whole files",
        AttributeScope::CompoundFile => "whole compound files",
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| Q(name).to_string()).collect::<Vec<_>>().join(", ")
}

fn of_attribute(change: &Change) -> String {
    let maybe = |text: &Option<String>| text.as_ref().map_or_else(|| "nothing".to_owned(), |text| Q(text).to_string());
    match change {
        Change::Question { from, to } => format!("the question {} becomes {}", Q(from), Q(to)),
        Change::Name { from, to } => format!("the name {} becomes {}", Q(from), Q(to)),
        Change::Bounds { from, to } => format!("the bounds {} become {}", bounds(from), bounds(to)),
        Change::Kind { from, to } => format!("the kind {} becomes {}", plain(from.as_str()), plain(to.as_str())),
        Change::Scope { from, to } => format!("it is asked about {}, not about {}", scope(*to), scope(*from)),
        Change::Labels { added, removed } => match (added.is_empty(), removed.is_empty()) {
            (false, true) => format!("it is asked about {} too", list(added)),
            (true, _) => format!("it is not asked about {} any more", list(removed)),
            _ => format!("it is asked about {} too, and not about {} any more", list(added), list(removed)),
        },
        Change::Position { from, to } => format!("the place {from} becomes {to}"),
        Change::Default { from, to } => format!("it starts with {}, not with {}", maybe(to), maybe(from)),
        Change::ReadOnly { to: true } => "annotators see it and cannot change it".into(),
        Change::ReadOnly { to: false } => "annotators can change it".into(),
        Change::OptionAdded { name, under: Some(under), .. } => format!("{} under {}", Q(name), Q(under)),
        Change::OptionAdded { name, .. } => Q(name).to_string(),
        Change::OptionRenamed { from, to, .. } => format!("{} becomes {}", Q(from), Q(to)),
        Change::OptionMoved { name, under: Some(under), .. } => format!("{} moves under {}", Q(name), Q(under)),
        Change::OptionMoved { name, .. } => format!("{} moves to the top", Q(name)),
        Change::OptionArchived { name, .. } => format!("{} is archived", Q(name)),
    }
}

/// A difference, a line for each change.
pub(super) fn changes(now: &SchemaDetail, changes: &[SchemaChange]) -> String {
    if changes.is_empty() {
        return "Nothing changes.\n".into();
    }
    let names = Names::of(now);
    let mut text = String::new();
    for change in changes {
        let line = match change {
            SchemaChange::Renamed { from, to } => format!("~ the schema {} becomes {}", Q(from), Q(to)),
            SchemaChange::Archived { to: true } => "~ the schema is archived".into(),
            SchemaChange::Archived { to: false } => "~ the schema is brought back".into(),
            SchemaChange::LabelAdded { name, .. } => format!("+ label {}", Q(name)),
            SchemaChange::AttributeAdded { question, kind, options: 0, .. } => {
                format!("+ attribute {} ({})", Q(question), plain(kind.as_str()))
            }
            SchemaChange::AttributeAdded { question, kind, options, .. } => {
                format!("+ attribute {} ({}, {})", Q(question), plain(kind.as_str()), count(*options, "option"))
            }
            SchemaChange::AttributeArchived { id, question } => {
                format!("- attribute {} {} is archived", names.attribute(*id), Q(question))
            }
            SchemaChange::AttributeChanged { id, question, changes } => {
                let mut line = format!("~ attribute {} {}", names.attribute(*id), Q(question));
                for change in changes {
                    let _ = write!(line, "\n    {} {}", sign(change), of_attribute(change));
                }
                line
            }
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn count(n: u32, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn used(names: &Names<'_>, one: &Use) -> String {
    let mut line = names.attribute(one.attribute);
    if let Some(option) = one.option {
        let _ = write!(line, " {}", names.option(one.attribute, option));
    }
    let _ = write!(
        line,
        ": {} on {}, {}",
        count(one.answers, "answer"),
        count(one.files, "file"),
        count(one.open_tasks, "open task")
    );
    if let Some(query) = &one.query {
        let _ = write!(line, "; to see them: {}", plain(query));
    }
    line
}

fn warning(names: &Names<'_>, warning: &Warning) -> String {
    match warning {
        Warning::OptionsArchived { attribute, count: n } => format!(
            "{}: {} archived for good; answers that chose them stay",
            names.attribute(*attribute),
            if *n == 1 { "1 option is".to_owned() } else { format!("{n} options are") }
        ),
        Warning::AttributeArchived { attribute } => {
            format!("{} is archived for good; its answers stay", names.attribute(*attribute))
        }
        Warning::KindChanged { attribute } => {
            format!("{}: old answers stay as they were given, of the other kind", names.attribute(*attribute))
        }
        Warning::LabelsTakenOff { attribute, labels } => {
            format!(
                "{} is not asked about {} any more; what was answered stays",
                names.attribute(*attribute),
                list(labels)
            )
        }
        Warning::NameChanged { attribute } => {
            format!("{}: queries with this name find nothing any more", names.attribute(*attribute))
        }
        Warning::NewAttributes { count: n, left } if n > left => format!(
            "Diffgram makes 10 attributes a day, {left} more today: {} waits for tomorrow, by itself",
            count(n - left, "attribute")
        ),
        Warning::NewAttributes { count: n, left } => {
            format!("{} of the {left} that Diffgram still makes today", count(*n, "new attribute"))
        }
        Warning::LabelsStay { count: n } => format!("{}: Diffgram lets go of no label", count(*n, "new label")),
    }
}

/// All that is to be known before something is applied.
pub(super) fn review(now: &SchemaDetail, review: &Review) -> String {
    let mut text = changes(now, &review.changes);
    if review.changes.is_empty() {
        return text;
    }
    let names = Names::of(now);
    if !review.uses.is_empty() {
        text.push_str("\nIn use:\n");
        for one in &review.uses {
            let _ = writeln!(text, "  {}", used(&names, one));
        }
    }
    if !review.uses_complete {
        text.push_str("\nNot all annotations have been read yet: more may be in use than this says.\n");
    }
    if !review.warnings.is_empty() {
        text.push_str("\nTo be known before:\n");
        for one in &review.warnings {
            let _ = writeln!(text, "  {}", warning(&names, one));
        }
    }
    let _ = writeln!(text, "\n{} to Diffgram.", count(review.calls, "call"));
    text
}

/// What is wrong with a draft, a line each.
pub(super) fn faults(draft: &SchemaDraft, faults: &[SchemaFault]) -> String {
    let mut text = String::new();
    for SchemaFault { at, what } in faults {
        let _ = writeln!(text, "! {}{}", place(draft, at), fault(draft, at, what));
    }
    text
}

fn place(draft: &SchemaDraft, at: &Place) -> String {
    match at {
        Place::Schema => String::new(),
        Place::Label { key } => {
            let label = draft.labels.iter().find(|label| label.key == *key);
            format!("label {}: ", label.map_or_else(|| plain(key), |label| Q(&label.name).to_string()))
        }
        Place::Attribute { key } => {
            let attribute = draft.attributes.iter().find(|attribute| attribute.key == *key);
            let name = attribute.map(|attribute| &attribute.fields).map(|fields| {
                if fields.name.is_empty() { Q(&fields.question).to_string() } else { plain(&fields.name) }
            });
            format!("attribute {}: ", name.unwrap_or_else(|| plain(key)))
        }
    }
}

fn fault(draft: &SchemaDraft, at: &Place, fault: &Fault) -> String {
    let option = |key: &str| {
        let attribute = draft.attributes.iter().find(|one| matches!(at, Place::Attribute { key } if *key == one.key));
        let found = attribute.and_then(|one| one.fields.options.iter().find(|option| option.key == key));
        found.map_or_else(|| plain(key), |option| Q(&option.name).to_string())
    };
    match fault {
        Fault::EmptyQuestion => "the question is empty".into(),
        Fault::EmptyName => "the name is empty".into(),
        Fault::NameNotQueryable => {
            "the name cannot be used in queries: write letters, digits and _, and begin with no digit".into()
        }
        Fault::BoundsCrossed => "a slider needs min and max, and min below max".into(),
        Fault::DefaultOutside => "it must start with a whole number from min to max".into(),
        Fault::DefaultMissing => "the option it starts with is not among its options".into(),
        Fault::EmptyOption { .. } => "an option has no name".into(),
        Fault::DuplicateOption { key } => format!("the option {} stands twice under the same", option(key)),
        Fault::UnknownKey { key } => format!("{} is not, or not any more, in the schema", plain(key)),
        Fault::BadParent { key } => format!("the option {} cannot stand where it does", option(key)),
        Fault::OptionsNotAllowed => "this kind has no options".into(),
        Fault::UnknownKind => "this kind cannot be edited here".into(),
        Fault::DuplicateName => "another attribute has the same name".into(),
        Fault::NoLabel => "it is asked about no label: nobody would ever be asked".into(),
        Fault::UnknownLabel { key } => {
            format!("it is asked about {}, which is no label of the schema, or twice", plain(key))
        }
        Fault::EmptyLabel => "the name is empty".into(),
        Fault::DuplicateLabel => "another label has the same name".into(),
        Fault::LabelFixed => {
            "it exists, and Diffgram lets no key rename, recolour or remove a label: write it as it is".into()
        }
        Fault::BadColor => "the colour is not #rrggbb".into(),
    }
}
