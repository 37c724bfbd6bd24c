//! My tasks, narrowed down: filters, counts of what they would leave, where tasks stand in a list, and saved views.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Freshness, TabCounts, TaskSort};
use crate::{
    id::{JobId, TaskId},
    task::Tab,
};

/// Where things are.
pub mod path {
    /// `GET` [`super::super::TaskQuery`] → [`super::TaskFacets`]: what my tasks are, counted.
    pub const TASK_FACETS: &str = "/api/tasks/facets";
    /// `GET` [`super::super::TaskQuery`] with `id` → [`super::TaskPlaces`]: where these tasks stand in a list.
    pub const TASK_PLACES: &str = "/api/tasks/places";
    /// `GET` → list of [`super::TaskView`]; `POST` [`super::NewTaskView`] → [`super::TaskView`].
    pub const TASK_VIEWS: &str = "/api/task-views";

    /// `PUT` [`super::NewTaskView`] → [`super::TaskView`]; `DELETE` → 204.
    #[must_use]
    pub fn task_view(id: &str) -> String {
        format!("{TASK_VIEWS}/{id}")
    }

    /// `PUT` → 204: stands beside the tabs; `DELETE` → 204: does not.
    #[must_use]
    pub fn task_view_pin(id: &str) -> String {
        format!("{TASK_VIEWS}/{id}/pin")
    }
}

/// What a list of tasks can be narrowed by. Within one, any value will do; of several, all must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Projects, by id.
    Project,
    /// Jobs, by id.
    Job,
    /// Datasets that files came from, by id.
    Dataset,
    /// Labels of what is drawn on the file, by id.
    Label,
    /// Kinds of files: `image`, `video` …
    Kind,
    /// Where tasks stand, in Diffgram's words; `available` finds `created`, too.
    Status,
    /// Until when they should be done: [`Dimension::DUE`].
    Due,
    /// When they last changed: [`Dimension::AGE`].
    Age,
    /// Whether issues are open on them: `open`.
    Issues,
}

impl Dimension {
    /// All, in the order in which addresses name them.
    pub const ALL: [Self; 9] = [
        Self::Project,
        Self::Job,
        Self::Dataset,
        Self::Label,
        Self::Kind,
        Self::Status,
        Self::Due,
        Self::Age,
        Self::Issues,
    ];
    /// Over the time; due today; due today or in the six days after; without a date. Days of the person's time zone.
    pub const DUE: [&'static str; 4] = ["overdue", "today", "week", "none"];
    /// Changed today; today or in the six days before; today or in the 29 days before; earlier. Days of the person's time zone.
    pub const AGE: [&'static str; 4] = ["day", "week", "month", "older"];
    /// Issues are open.
    pub const OPEN: &'static str = "open";

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Job => "job",
            Self::Dataset => "dataset",
            Self::Label => "label",
            Self::Kind => "kind",
            Self::Status => "status",
            Self::Due => "due",
            Self::Age => "age",
            Self::Issues => "issues",
        }
    }

    /// Whether its values are ids of things with names, which may be gone.
    #[must_use]
    pub fn is_named(self) -> bool {
        matches!(self, Self::Project | Self::Job | Self::Dataset | Self::Label)
    }

    /// Whether a text can be one of its values.
    #[must_use]
    pub fn takes(self, value: &str) -> bool {
        let word = |more: &[u8]| {
            (1..=64).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
        };
        match self {
            Self::Job | Self::Dataset | Self::Label => value.parse::<JobId>().is_ok(),
            Self::Project => word(b"-_."),
            Self::Kind | Self::Status => word(b"_"),
            Self::Due => Self::DUE.contains(&value),
            Self::Age => Self::AGE.contains(&value),
            Self::Issues => value == Self::OPEN,
        }
    }

    /// What is said to a program that asks for something else.
    #[must_use]
    pub fn wants(self) -> &'static str {
        match self {
            Self::Job | Self::Dataset | Self::Label => "ids with commas between them, for example 12,13",
            Self::Project => "ids of projects with commas between them",
            Self::Kind | Self::Status => "words with commas between them",
            Self::Due => "overdue, today, week or none; several with commas between them",
            Self::Age => "day, week, month or older; several with commas between them",
            Self::Issues => "open",
        }
    }
}

/// A filter of a list of tasks: values by dimension, both in order, so that equal filters are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter(Vec<(Dimension, String)>);

/// A value that its dimension does not take, or too many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadFilter(pub Dimension);

impl fmt::Display for BadFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}; at most {} of them.", self.0.name(), self.0.wants(), TaskFilter::MOST)
    }
}

impl std::error::Error for BadFilter {}

impl TaskFilter {
    /// More values of one dimension are not taken.
    pub const MOST: usize = 50;

    /// Whether nothing is filtered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of it, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Dimension, &str)> {
        self.0.iter().map(|(dimension, value)| (*dimension, value.as_str()))
    }

    /// The values of one dimension.
    pub fn of(&self, dimension: Dimension) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(of, _)| *of == dimension).map(|(_, value)| value)
    }

    /// Whether a value is among them.
    #[must_use]
    pub fn has(&self, dimension: Dimension, value: &str) -> bool {
        self.of(dimension).any(|known| known == value)
    }

    /// Whether days matter to it, and so the person's time zone.
    #[must_use]
    pub fn asks_for_days(&self) -> bool {
        self.iter().any(|(dimension, _)| matches!(dimension, Dimension::Due | Dimension::Age))
    }

    /// Puts a value in. `false` when it cannot be one, or there are [`Self::MOST`].
    pub fn put(&mut self, dimension: Dimension, value: &str) -> bool {
        if !dimension.takes(value) {
            return false;
        }
        let entry = (dimension, value.to_owned());
        match self.0.binary_search(&entry) {
            Ok(_) => true,
            Err(_) if self.of(dimension).count() >= Self::MOST => false,
            Err(at) => {
                self.0.insert(at, entry);
                true
            }
        }
    }

    /// The filter with a value, or without it when it was there.
    #[must_use]
    pub fn toggled(&self, dimension: Dimension, value: &str) -> Self {
        let mut other = self.clone();
        if self.has(dimension, value) {
            other.0.retain(|(of, known)| *of != dimension || known != value);
        } else {
            other.put(dimension, value);
        }
        other
    }

    /// The filter without one dimension.
    #[must_use]
    pub fn without(&self, dimension: Dimension) -> Self {
        Self(self.0.iter().filter(|(of, _)| *of != dimension).cloned().collect())
    }

    /// As parameters of an address: each dimension once, its values with commas between them. Needs no encoding.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, String)> {
        Dimension::ALL.into_iter().filter_map(|dimension| {
            let values: Vec<&str> = self.of(dimension).collect();
            (!values.is_empty()).then(|| (dimension.name(), values.join(",")))
        })
    }

    /// From the parameters of an address; what makes no sense is left out.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let mut filter = Self::default();
        for dimension in Dimension::ALL {
            for value in parameter(dimension.name()).unwrap_or_default().split(',') {
                filter.put(dimension, value);
            }
        }
        filter
    }

    /// From the parameters of a request; what makes no sense is refused.
    ///
    /// # Errors
    /// [`BadFilter`].
    pub fn checked<'a>(parameters: impl IntoIterator<Item = (Dimension, &'a str)>) -> Result<Self, BadFilter> {
        let mut filter = Self::default();
        for (dimension, text) in parameters {
            for value in text.split(',').filter(|_| !text.is_empty()) {
                if !filter.put(dimension, value) {
                    return Err(BadFilter(dimension));
                }
            }
        }
        Ok(filter)
    }
}

/// What my tasks are, counted. Each count is of the tasks that the other filters leave, so a value says how many it would show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskFacets {
    /// How many tasks all filters leave.
    pub total: u32,
    /// By dimension: what most tasks have comes first; what none has is left out, unless it is filtered by and I have such tasks
    /// elsewhere. What is filtered by and missing here is gone, or none of my tasks has it.
    pub facets: Vec<TaskFacet>,
}

/// One value of one dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskFacet {
    /// Of which dimension.
    pub dimension: Dimension,
    /// As filters name it.
    pub value: String,
    /// What people read, where [`Dimension::is_named`]. Untrusted text; empty elsewhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How many tasks.
    pub tasks: u32,
}

/// Where tasks stand in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskPlaces {
    /// Whether the snapshot still lives. If not, nothing of it is known: read the list again.
    pub known: bool,
    /// Of the tasks that were asked for, those that are in the snapshot or would be in a new one.
    pub places: Vec<TaskPlace>,
    /// How many there are per tab.
    pub counts: TabCounts,
    /// How true this is.
    pub freshness: Freshness,
}

/// Where one task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskPlace {
    /// Which task.
    pub id: TaskId,
    /// Its row in the snapshot.
    pub row: Option<u32>,
    /// Whether a list that is made now has it.
    pub belongs: bool,
}

/// Filters, search and order that were given a name: by the person, or by whoever set the portal up. A view shows everybody
/// their own tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskView {
    /// Names it in addresses.
    pub id: String,
    /// What people read. Untrusted text.
    pub name: String,
    /// The folder.
    pub tab: Tab,
    /// The search.
    pub q: String,
    /// The order.
    pub sort: TaskSort,
    /// The filters.
    pub filter: Vec<ViewFilter>,
    /// Whether it stands beside the tabs.
    pub pinned: bool,
    /// Whether the person may change or remove it; views of the configuration stay.
    pub mine: bool,
}

/// A view to be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewTaskView {
    /// What people read: 1 to 80 characters. Untrusted text.
    pub name: String,
    /// The folder.
    pub tab: Tab,
    /// The search.
    pub q: String,
    /// The order.
    pub sort: TaskSort,
    /// The filters.
    pub filter: Vec<ViewFilter>,
}

/// One filter of a view. It keeps the name that it had when it was saved, so that people know what it was when it is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViewFilter {
    /// Of which dimension.
    pub dimension: Dimension,
    /// As filters name it.
    pub value: String,
    /// What people read. Untrusted text.
    #[serde(default)]
    pub name: String,
}

impl NewTaskView {
    /// Its filters.
    ///
    /// # Errors
    /// [`BadFilter`] when there is one that cannot be.
    pub fn filters(&self) -> Result<TaskFilter, BadFilter> {
        TaskFilter::checked(self.filter.iter().map(|one| (one.dimension, one.value.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(parameters: &[(&str, &str)]) -> TaskFilter {
        TaskFilter::read(|name| {
            parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_filter_reads_back_from_its_address_in_one_order() {
        let one = filter(&[("job", "12,7,12"), ("status", "in_progress"), ("due", "today,overdue")]);
        let pairs: Vec<_> = one.pairs().collect();
        assert_eq!(
            pairs,
            [("job", "12,7".to_owned()), ("status", "in_progress".to_owned()), ("due", "overdue,today".to_owned())]
        );
        assert_eq!(TaskFilter::read(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())), one);
        assert!(one.asks_for_days() && !filter(&[("job", "7")]).asks_for_days());
    }

    #[test]
    fn what_makes_no_sense_is_left_out_of_addresses_and_refused_in_requests() {
        assert!(filter(&[("job", "x,0,-1,1e3,"), ("due", "soon"), ("issues", "closed"), ("kind", "a b")]).is_empty());
        assert_eq!(TaskFilter::checked([(Dimension::Job, "7,x")]), Err(BadFilter(Dimension::Job)));
        assert!(BadFilter(Dimension::Due).to_string().starts_with("due is overdue, today, week or none"));
        let many = (1..=51).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
        assert!(TaskFilter::checked([(Dimension::Job, many.as_str())]).is_err());
        assert_eq!(filter(&[("job", &many)]).len(), TaskFilter::MOST);
    }

    #[test]
    fn a_value_is_put_and_taken() {
        let with = TaskFilter::default().toggled(Dimension::Job, "7").toggled(Dimension::Kind, "video");
        assert!(with.has(Dimension::Job, "7") && !with.has(Dimension::Dataset, "7"));
        assert_eq!(with.toggled(Dimension::Job, "7"), filter(&[("kind", "video")]));
        assert_eq!(with.without(Dimension::Kind), filter(&[("job", "7")]));
    }
}
