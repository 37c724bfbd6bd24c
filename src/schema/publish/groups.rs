//! Differences by what they are about: the schema, its labels, and each question by itself.

use portal_model::{
    attribute::Change,
    id::{AttributeId, OptionId},
    schema::SchemaChange,
};

use crate::{
    schema::words::{self as say, title},
    text::{Key, publish as w, schema, t, t_count, t_with},
};

/// What a group is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The schema itself.
    Schema,
    /// What can be labeled.
    Labels,
    /// A question that is to be made.
    New(String),
    /// A question that changes.
    Changed(AttributeId, String),
    /// A question that is to be archived.
    Archived(AttributeId, String),
}

/// How a difference looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something comes.
    Comes,
    /// Something becomes another.
    Changes,
    /// Something goes.
    Goes,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How it looks.
    pub tone: Tone,
    /// What kind of difference it is.
    pub what: Key,
    /// What exactly.
    pub words: String,
    /// The existing option it is about.
    pub option: Option<OptionId>,
}

/// Differences of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are about.
    pub about: About,
    /// The differences; none where the whole is one.
    pub lines: Vec<Line>,
}

impl Tone {
    /// The class of its pill.
    pub fn class(self) -> &'static str {
        match self {
            Self::Comes => "pill done",
            Self::Changes => "pill todo",
            Self::Goes => "pill gone",
        }
    }
}

impl Group {
    /// The existing question it is about.
    pub fn attribute(&self) -> Option<AttributeId> {
        match &self.about {
            About::Changed(id, _) | About::Archived(id, _) => Some(*id),
            About::Schema | About::Labels | About::New(_) => None,
        }
    }

    /// How often each kind of difference is among the lines, by first appearance.
    pub fn counts(&self) -> Vec<(Tone, Key, u32)> {
        let mut counts: Vec<(Tone, Key, u32)> = Vec::new();
        for line in &self.lines {
            match counts.iter_mut().find(|(_, what, _)| *what == line.what) {
                Some((_, _, n)) => *n += 1,
                None => counts.push((line.tone, line.what, 1)),
            }
        }
        counts
    }
}

/// The groups, in the order of the changes.
pub fn groups(changes: &[SchemaChange]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for change in changes {
        let (about, lines) = match change {
            SchemaChange::Renamed { from, to } => {
                let words = t_with(schema::CHANGE_RENAMED, &[("from", &say::name(from)), ("to", &say::name(to))]);
                (About::Schema, vec![line(Tone::Changes, schema::RENAMED, words)])
            }
            SchemaChange::Archived { to: true } => {
                (About::Schema, vec![line(Tone::Goes, schema::ARCHIVED, t(w::SCHEMA_ARCHIVED).to_owned())])
            }
            SchemaChange::Archived { to: false } => {
                (About::Schema, vec![line(Tone::Comes, w::BACK, t(w::SCHEMA_BACK).to_owned())])
            }
            SchemaChange::LabelAdded { name, .. } => {
                (About::Labels, vec![line(Tone::Comes, schema::ADDED, say::name(name))])
            }
            SchemaChange::AttributeAdded { question, kind, options, .. } => {
                let mut words = say::kind(kind);
                if kind.has_options() {
                    let options = t_count(schema::OPTIONS_ONE, schema::OPTIONS_OTHER, *options);
                    words = t_with(w::KIND_AND_OPTIONS, &[("kind", &words), ("options", &options)]);
                }
                (About::New(title(question, "")), vec![line(Tone::Comes, schema::ADDED, words)])
            }
            SchemaChange::AttributeChanged { id, question, changes } => {
                (About::Changed(*id, title(question, "")), changes.iter().map(of_attribute).collect())
            }
            SchemaChange::AttributeArchived { id, question } => {
                let words = t(w::ATTRIBUTE_ARCHIVED).to_owned();
                (About::Archived(*id, title(question, "")), vec![line(Tone::Goes, schema::ARCHIVED, words)])
            }
        };
        match groups.last_mut() {
            Some(last) if last.about == about && matches!(about, About::Schema | About::Labels) => {
                last.lines.extend(lines);
            }
            _ => groups.push(Group { about, lines }),
        }
    }
    groups
}

fn line(tone: Tone, what: Key, words: String) -> Line {
    Line { tone, what, words, option: None }
}

fn of_attribute(change: &Change) -> Line {
    let (what, words) = say::change(change);
    let (tone, option) = match change {
        Change::OptionAdded { .. } => (Tone::Comes, None),
        Change::OptionArchived { id, .. } => (Tone::Goes, Some(*id)),
        Change::OptionRenamed { id, .. } | Change::OptionMoved { id, .. } => (Tone::Changes, Some(*id)),
        _ => (Tone::Changes, None),
    };
    Line { tone, what, words, option }
}

/// How many things are archived that cannot be brought back: questions, and options of others.
pub fn archived(changes: &[SchemaChange]) -> u32 {
    let each = changes.iter().map(|change| match change {
        SchemaChange::AttributeArchived { .. } => 1,
        SchemaChange::AttributeChanged { changes, .. } => {
            changes.iter().filter(|change| matches!(change, Change::OptionArchived { .. })).count()
        }
        _ => 0,
    });
    say::many(each.sum())
}

#[cfg(test)]
mod tests {
    use portal_model::attribute::AttributeKind;

    use super::*;

    fn archived_option(id: i64) -> Change {
        Change::OptionArchived { id: OptionId(id), name: format!("o{id}") }
    }

    fn changes() -> Vec<SchemaChange> {
        let renamed = Change::OptionRenamed { id: OptionId(9), from: "red".into(), to: "crimson".into() };
        vec![
            SchemaChange::Renamed { from: "Road".into(), to: "Roads".into() },
            SchemaChange::Archived { to: true },
            SchemaChange::LabelAdded { key: "new-1".into(), name: "car".into() },
            SchemaChange::LabelAdded { key: "new-2".into(), name: "bus".into() },
            SchemaChange::AttributeAdded {
                key: "new-3".into(),
                question: " ".into(),
                kind: AttributeKind::Text,
                options: 0,
            },
            SchemaChange::AttributeChanged {
                id: AttributeId(4),
                question: "Colour?".into(),
                changes: vec![archived_option(7), renamed, archived_option(8)],
            },
            SchemaChange::AttributeArchived { id: AttributeId(5), question: "Old?".into() },
        ]
    }

    #[test]
    fn what_belongs_together_stands_together() {
        let groups = groups(&changes());
        let shapes: Vec<_> = groups.iter().map(|group| (&group.about, group.lines.len())).collect();
        assert_eq!(
            shapes,
            [
                (&About::Schema, 2),
                (&About::Labels, 2),
                (&About::New(t(schema::UNNAMED).to_owned()), 1),
                (&About::Changed(AttributeId(4), "Colour?".into()), 3),
                (&About::Archived(AttributeId(5), "Old?".into()), 1),
            ]
        );
        assert_eq!(groups[3].attribute(), Some(AttributeId(4)));
        assert_eq!(groups[3].lines[1].option, Some(OptionId(9)));
        assert_eq!(
            groups[3].counts(),
            [(Tone::Goes, schema::ARCHIVED, 2), (Tone::Changes, schema::RENAMED, 1)],
            "counted by kind"
        );
    }

    #[test]
    fn each_difference_counts_once_and_what_goes_for_good_is_told_apart() {
        assert_eq!(say::count(&changes()), 9);
        assert_eq!(archived(&changes()), 3, "an archived schema comes back, so it is not among them");
    }
}
