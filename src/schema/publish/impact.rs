//! How much something is used: answers, files, open tasks, and the way to see them.

use std::collections::HashMap;

use leptos::prelude::*;
use portal_model::{
    api::schemas::Use,
    id::{AttributeId, OptionId},
};

use crate::{
    paths::ExplorerView,
    text::{publish as w, t, t_count, t_with},
};

/// What is known of uses.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    uses: HashMap<(AttributeId, Option<OptionId>), Use>,
    complete: bool,
}

impl Impact {
    /// Of a review.
    pub fn new(uses: Vec<Use>, complete: bool) -> Self {
        Self { uses: uses.into_iter().map(|one| ((one.attribute, one.option), one)).collect(), complete }
    }

    /// How much an attribute, or an option of it, is used; nothing where it is not.
    pub fn of(&self, attribute: AttributeId, option: Option<OptionId>) -> Option<AnyView> {
        let found = self.uses.get(&(attribute, option))?;
        let counts = [
            Some(t_count(w::ANSWERS_ONE, w::ANSWERS_OTHER, found.answers)),
            Some(t_count(w::FILES_ONE, w::FILES_OTHER, found.files)),
            (found.open_tasks > 0).then(|| t_count(w::OPEN_ONE, w::OPEN_OTHER, found.open_tasks)),
        ];
        let counts = counts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let counts = if self.complete { counts } else { t_with(w::SO_FAR, &[("counts", &counts)]) };
        let see = found.query.clone().map(|q| {
            let href = ExplorerView { q, ..ExplorerView::default() }.path();
            // The review stays as it is: it is looked at beside it.
            view! { " "<a href=href target="_blank" rel="noopener">{t(w::SEE_THEM)}</a> }
        });
        Some(view! { <span class="uses">{counts}{see}</span> }.into_any())
    }
}
