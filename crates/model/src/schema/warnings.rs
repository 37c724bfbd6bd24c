//! What is to be known before a change is made: what Diffgram does not take back, and what it may not do today.

use super::SchemaChange;
use crate::{api::schemas::Warning, attribute::Change, id::AttributeId};

/// Diffgram makes so many attributes a day for one address (`diffgram-api.md` §7.3).
pub const NEW_ATTRIBUTES_A_DAY: u32 = 10;

/// What these changes cannot take back, in their order. `left` is how many attributes can still be made today.
#[must_use]
pub fn warnings(changes: &[SchemaChange], left: u32) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let (mut labels, mut attributes) = (0_u32, 0_u32);
    for change in changes {
        match change {
            SchemaChange::Renamed { .. } | SchemaChange::Archived { .. } => {}
            SchemaChange::LabelAdded { .. } => labels += 1,
            SchemaChange::AttributeAdded { .. } => attributes += 1,
            SchemaChange::AttributeChanged { id, changes, .. } => of_attribute(*id, changes, &mut warnings),
            SchemaChange::AttributeArchived { id, .. } => warnings.push(Warning::AttributeArchived { attribute: *id }),
        }
    }
    if labels > 0 {
        warnings.push(Warning::LabelsStay { count: labels });
    }
    if attributes > 0 {
        warnings.push(Warning::NewAttributes { count: attributes, left });
    }
    warnings
}

fn of_attribute(attribute: AttributeId, changes: &[Change], warnings: &mut Vec<Warning>) {
    let mut archived = 0_u32;
    for change in changes {
        match change {
            Change::Kind { .. } => warnings.push(Warning::KindChanged { attribute }),
            Change::Name { from, .. } if !from.is_empty() => warnings.push(Warning::NameChanged { attribute }),
            Change::Labels { removed, .. } if !removed.is_empty() => {
                warnings.push(Warning::LabelsTakenOff { attribute, labels: removed.clone() });
            }
            Change::OptionArchived { .. } => archived += 1,
            Change::Scope { .. }
            | Change::Name { .. }
            | Change::Labels { .. }
            | Change::Question { .. }
            | Change::Bounds { .. }
            | Change::Position { .. }
            | Change::Default { .. }
            | Change::ReadOnly { .. }
            | Change::OptionAdded { .. }
            | Change::OptionRenamed { .. }
            | Change::OptionMoved { .. } => {}
        }
    }
    if archived > 0 {
        warnings.push(Warning::OptionsArchived { attribute, count: archived });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{attribute::AttributeKind, id::OptionId};

    #[test]
    fn what_cannot_be_taken_back_is_said_and_nothing_else() {
        let of = |changes| SchemaChange::AttributeChanged { id: AttributeId(8), question: "Colour?".into(), changes };
        let attribute = AttributeId(8);
        let archived = |id| Change::OptionArchived { id: OptionId(id), name: "red".into() };
        let harmless = vec![
            Change::Question { from: "a".into(), to: "b".into() },
            Change::OptionRenamed { id: OptionId(1), from: "a".into(), to: "b".into() },
            Change::OptionAdded { key: "new-1".into(), name: "x".into(), under: None },
            Change::Name { from: String::new(), to: "colour".into() },
            Change::Labels { added: vec!["car".into()], removed: Vec::new() },
        ];
        assert_eq!(warnings(&[of(harmless), SchemaChange::Archived { to: true }], 10), []);
        let all = [
            of(vec![
                Change::Kind { from: AttributeKind::Select, to: AttributeKind::Text },
                Change::Labels { added: Vec::new(), removed: vec!["car".into()] },
                Change::Name { from: "colour".into(), to: "color".into() },
                archived(1),
                archived(2),
            ]),
            SchemaChange::AttributeArchived { id: AttributeId(9), question: "Size?".into() },
            SchemaChange::LabelAdded { key: "new-1".into(), name: "bus".into() },
            SchemaChange::AttributeAdded {
                key: "new-1".into(),
                question: "New?".into(),
                kind: AttributeKind::Text,
                options: 0,
            },
        ];
        assert_eq!(
            warnings(&all, 3),
            [
                Warning::KindChanged { attribute },
                Warning::LabelsTakenOff { attribute, labels: vec!["car".into()] },
                Warning::NameChanged { attribute },
                Warning::OptionsArchived { attribute, count: 2 },
                Warning::AttributeArchived { attribute: AttributeId(9) },
                Warning::LabelsStay { count: 1 },
                Warning::NewAttributes { count: 1, left: 3 },
            ]
        );
    }
}
