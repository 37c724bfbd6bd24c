//! What a change means before it is made: what cannot be taken back, and how much of what it touches is used.

use std::collections::BTreeSet;

use portal_model::{
    api::schemas::{Use, Warning},
    attribute::Change,
    id::{OptionId, ProjectId},
    schema::{NEW_ATTRIBUTES_A_DAY, Schema, SchemaChange, SchemaDraft, warnings},
};

use super::{Error, Schemas};
use crate::{index::Touched, policy::AdminScope};

impl Schemas {
    /// What these changes cannot take back, how much of what they touch is used, and whether all annotations were counted.
    pub(super) async fn impact(
        &self,
        scope: &AdminScope,
        project: &ProjectId,
        _base: &Schema,
        _draft: &SchemaDraft,
        changes: &[SchemaChange],
    ) -> Result<(Vec<Warning>, Vec<Use>, bool), Error> {
        let (uses, is_complete) = self.policy.uses(scope, project, touched(changes)).await?;
        let are_new = changes.iter().any(|change| matches!(change, SchemaChange::AttributeAdded { .. }));
        let made = if are_new { self.attributes_made_today().await? } else { 0 };
        Ok((warnings(changes, NEW_ATTRIBUTES_A_DAY.saturating_sub(made)), uses, is_complete))
    }
}

/// The attributes that change, in the order in which people read it, with those of their options that are renamed, moved or
/// archived.
fn touched(changes: &[SchemaChange]) -> Vec<Touched> {
    let of = |change: &SchemaChange| match change {
        SchemaChange::AttributeChanged { id, changes, .. } => {
            Some(Touched { attribute: *id, options: changes.iter().filter_map(option).collect::<BTreeSet<_>>() })
        }
        SchemaChange::AttributeArchived { id, .. } => Some(Touched { attribute: *id, options: BTreeSet::new() }),
        SchemaChange::Renamed { .. }
        | SchemaChange::Archived { .. }
        | SchemaChange::LabelAdded { .. }
        | SchemaChange::AttributeAdded { .. } => None,
    };
    changes.iter().filter_map(of).collect()
}

fn option(change: &Change) -> Option<OptionId> {
    match change {
        Change::OptionRenamed { id, .. } | Change::OptionMoved { id, .. } | Change::OptionArchived { id, .. } => {
            Some(*id)
        }
        _ => None,
    }
}
