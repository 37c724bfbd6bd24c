//! Saved views of my tasks.

pub mod create;
pub mod delete;
pub mod list;
pub mod pin;
pub mod update;

use portal_model::api::tasks::{NewTaskView, TaskFilter};

use crate::{
    api::{tasks::MAX_Q, views::Error},
    config::MAX_VIEW_NAME,
};

/// A view that can be saved: with a name, and filters that can be.
fn checked(new: NewTaskView) -> Result<NewTaskView, Error> {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > MAX_VIEW_NAME {
        return Err(Error::Invalid(format!("name is 1 to {MAX_VIEW_NAME} characters.")));
    }
    if new.q.chars().count() > MAX_Q {
        return Err(Error::Invalid(format!("q is longer than {MAX_Q} characters.")));
    }
    let filter: TaskFilter = new.filters().map_err(|bad| Error::Invalid(bad.to_string()))?;
    // Each once, in order, with names of a length that names have.
    let mut kept = Vec::new();
    for (dimension, value) in filter.iter() {
        if let Some(one) = new.filter.iter().find(|one| one.dimension == dimension && one.value == value) {
            let mut one = one.clone();
            one.name = one.name.chars().take(MAX_FILTER_NAME).collect();
            kept.push(one);
        }
    }
    Ok(NewTaskView { name, filter: kept, ..new })
}

/// Longer names of jobs and datasets are cut in views, in characters.
const MAX_FILTER_NAME: usize = 300;
