//! A schema like another: all of it as new. Pure.

use portal_model::{
    attribute::AttributeKind,
    schema::{Schema, SchemaDraft},
};

/// A draft over `into` that has everything of `from` besides: labels, questions and options are made anew, so that answers of the
/// one have nothing to do with the other.
pub fn copy(from: &Schema, into: &Schema) -> SchemaDraft {
    let mut draft = SchemaDraft::from(into);
    let copied = SchemaDraft::from(from);
    let new = |key: &String| format!("new-{key}");
    // A new schema may come with labels of its own: one of each name is enough.
    let known: Vec<(String, String)> =
        draft.labels.iter().map(|label| (label.name.trim().to_lowercase(), label.key.clone())).collect();
    let twin = |name: &str| known.iter().find(|(known, _)| *known == name.trim().to_lowercase());
    let mut keys: Vec<(String, String)> = Vec::new();
    for mut label in copied.labels {
        let to = twin(&label.name).map_or_else(|| new(&label.key), |(_, key)| key.clone());
        keys.push((std::mem::replace(&mut label.key, to.clone()), to));
        if twin(&label.name).is_none() {
            draft.labels.push(label);
        }
    }
    for mut attribute in copied.attributes {
        // What this version does not understand it cannot make.
        if matches!(attribute.kind, AttributeKind::Other(_)) {
            continue;
        }
        attribute.key = new(&attribute.key);
        attribute.labels = attribute
            .labels
            .iter()
            .filter_map(|key| keys.iter().find(|(from, _)| from == key).map(|(_, to)| to.clone()))
            .collect();
        let fields = &mut attribute.fields;
        for option in &mut fields.options {
            option.key = new(&option.key);
            option.parent = option.parent.as_ref().map(new);
        }
        // One that is archived is not among them.
        fields.default_option = fields
            .default_option
            .as_ref()
            .map(new)
            .filter(|key| fields.options.iter().any(|option| option.key == *key));
        draft.attributes.push(attribute);
    }
    draft
}

#[cfg(test)]
mod tests {
    use portal_model::{
        annotation::Label,
        id::{AttributeId, LabelId, OptionId, SchemaId},
        schema::SchemaChange,
    };

    use super::*;
    use crate::schema::tree::tests::attribute;

    fn label(id: i64, name: &str) -> Label {
        Label { id: LabelId(id), name: name.into(), color: "#ff0000".into() }
    }

    fn schema(id: i64, labels: Vec<Label>) -> Schema {
        Schema { id: SchemaId(id), name: format!("S{id}"), archived: false, labels, attributes: Vec::new() }
    }

    #[test]
    fn all_of_it_is_new_and_belongs_together_as_before() {
        let mut from = schema(1, vec![label(1, "car"), label(2, "bus")]);
        let mut colour = attribute(&[(1, "warm", None), (2, "red", Some(1))]);
        colour.labels = vec![LabelId(2), LabelId(1)];
        colour.default_option = Some(OptionId(2));
        let mut odd = attribute(&[]);
        (odd.id, odd.kind) = (AttributeId(9), AttributeKind::Other("geo".into()));
        from.attributes = vec![colour, odd];
        let into = schema(2, vec![label(5, "Car")]);

        let draft = copy(&from, &into);
        assert_eq!(draft.faults(&into), []);
        assert_eq!(draft.name, "S2");
        let one = &draft.attributes[0];
        assert_eq!(one.labels, ["new-2", "5"]);
        assert_eq!(one.fields.options[1].parent.as_deref(), Some("new-1"));
        assert_eq!(one.fields.default_option.as_deref(), Some("new-2"));
        let changes = draft.changes(&into);
        let [SchemaChange::LabelAdded { name, .. }, SchemaChange::AttributeAdded { options: 2, .. }] = &changes[..]
        else {
            panic!("{changes:?}");
        };
        assert_eq!(name, "bus");
    }
}
