//! Back to an earlier state: as a draft over what is now, because nothing that was archived comes back by itself.

use std::collections::{HashMap, HashSet};

use super::{DraftAttribute, DraftLabel, Schema, SchemaDraft};
use crate::{
    annotation::Label,
    attribute::{Attribute, AttributeKind, Draft, DraftOption},
    id::{AttributeId, LabelId, OptionId},
};

impl Schema {
    /// The draft that makes `self` of `now`. What was archived since is made anew, with other ids: old answers stay with the old.
    /// Labels that came since stay, because Diffgram lets go of none.
    #[must_use]
    pub fn restored_over(&self, now: &Self) -> SchemaDraft {
        let known: HashSet<LabelId> = now.labels.iter().map(|label| label.id).collect();
        let mut labels = SchemaDraft::from(now).labels;
        let lost = self.labels.iter().filter(|label| !known.contains(&label.id));
        labels.extend(lost.map(|label: &Label| DraftLabel {
            key: format!("new-{}", label.id),
            name: label.name.clone(),
            color: Some(label.color.clone()),
        }));
        let live: HashMap<AttributeId, &Attribute> = now.attributes.iter().map(|a| (a.id, a)).collect();
        let label = |id: &LabelId| if known.contains(id) { id.to_string() } else { format!("new-{id}") };
        let attributes = self.attributes.iter().filter_map(|then| {
            let now = live.get(&then.id).copied();
            match (now, &then.kind) {
                // What this version does not understand it does not touch, nor can it make it anew.
                (Some(now), AttributeKind::Other(_)) => Some(DraftAttribute::from(now)),
                (None, AttributeKind::Other(_)) => None,
                (Some(now), _) if matches!(now.kind, AttributeKind::Other(_)) => Some(DraftAttribute::from(now)),
                (now, _) => Some(attribute(then, now, label)),
            }
        });
        SchemaDraft { name: self.name.clone(), archived: self.archived, labels, attributes: attributes.collect() }
    }
}

fn attribute(then: &Attribute, now: Option<&Attribute>, label: impl Fn(&LabelId) -> String) -> DraftAttribute {
    let live: HashSet<OptionId> =
        now.iter().flat_map(|now| &now.options).filter(|option| !option.archived).map(|option| option.id).collect();
    let key = |id: OptionId| if live.contains(&id) { id.to_string() } else { format!("new-{id}") };
    let draft = Draft::from(then);
    let options = then.options.iter().filter(|option| !option.archived).map(|option| DraftOption {
        key: key(option.id),
        name: option.name.clone(),
        parent: option.parent.map(key),
    });
    DraftAttribute {
        key: now.map_or_else(|| format!("new-{}", then.id), |now| now.id.to_string()),
        labels: then.labels.iter().map(label).collect(),
        fields: Draft { options: options.collect(), default_option: then.default_option.map(key), ..draft },
        ..DraftAttribute::from(then)
    }
}
