//! Tasks of a scope: which of them a question finds, in its order, and what they are, counted. All from columns in memory (ADR 8),
//! and always beginning with the scope's people, or with the projects whose admin they are.

use std::{borrow::Cow, collections::HashSet};

use portal_model::{
    api::{
        TabCounts, TaskSort, Whose,
        tasks::{Dimension, TaskFacet, TaskFacets, TaskFilter},
    },
    id::{ProjectId, TaskId},
    task::{Tab, TaskStatus},
};
use sqlx::Row;

use super::{
    Error, Index,
    columns::{Bits, Columns, Drawn, Now, Of, TABS, Task, Tasks, apart},
    fold,
};
use crate::policy::{OnlyIds, ScopeFilter};

/// More words than this are not searched for.
const MAX_WORDS: usize = 12;
/// More values of a dimension are not offered.
const MAX_VALUES: usize = 500;

/// What is asked of somebody's tasks.
#[derive(Clone, Debug, Default)]
pub struct TasksAsked {
    /// Whose. For whoever is an admin nowhere, everyone's are none.
    pub whose: Whose,
    /// The folder.
    pub tab: Tab,
    /// The search.
    pub q: String,
    /// The order.
    pub sort: TaskSort,
    /// What must hold besides.
    pub filter: TaskFilter,
    /// When days begin.
    pub days: Days,
    /// Only these, when there are any.
    pub ids: Vec<TaskId>,
}

/// When days begin where the person is, as moments travel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// Now.
    pub now: String,
    /// Today.
    pub today: String,
    /// Tomorrow.
    pub tomorrow: String,
    /// A week from today.
    pub in_a_week: String,
    /// Six days before today.
    pub week: String,
    /// 29 days before today.
    pub month: String,
}

impl Days {
    /// Whether a task that is due then has a value of [`Dimension::Due`].
    fn due(&self, value: &str, due: &str) -> bool {
        let between = |first: &str, end: &str| !due.is_empty() && due >= first && due < end;
        match value {
            "overdue" => !due.is_empty() && due < self.now.as_str(),
            "today" => between(&self.today, &self.tomorrow),
            "week" => between(&self.today, &self.in_a_week),
            _ => due.is_empty(),
        }
    }

    /// Whether a task that changed then has a value of [`Dimension::Age`].
    fn age(&self, value: &str, updated: &str) -> bool {
        match value {
            "day" => updated >= self.today.as_str(),
            "week" => updated >= self.week.as_str(),
            "month" => updated >= self.month.as_str(),
            _ => updated < self.month.as_str(),
        }
    }
}

/// Numbers that will do.
type Numbers = Vec<bool>;

fn has(numbers: &Numbers, number: u32) -> bool {
    numbers.get(number as usize).copied().unwrap_or_default()
}

fn numbers(count: usize, those: impl Iterator<Item = Option<u32>>) -> Numbers {
    let mut numbers = vec![false; count];
    for number in those.flatten() {
        if let Some(wanted) = numbers.get_mut(number as usize) {
            *wanted = true;
        }
    }
    numbers
}

/// A question as the columns know it: with numbers in place of names and ids. What is unknown to them has none, and is found
/// nowhere.
struct Test<'a> {
    columns: &'a Columns,
    words: Vec<String>,
    ids: HashSet<i64>,
    days: &'a Days,
    /// Files with one of the labels.
    labelled: Bits,
    projects: Numbers,
    jobs: Numbers,
    datasets: Numbers,
    kinds: Numbers,
    statuses: Numbers,
    due: Vec<&'a str>,
    age: Vec<&'a str>,
    /// The dimensions that are filtered by.
    active: Vec<Dimension>,
}

impl<'a> Test<'a> {
    fn new(columns: &'a Columns, asked: &'a TasksAsked) -> Self {
        let (tasks, files, filter) = (&columns.tasks, &columns.files, &asked.filter);
        let id = |text: &str| text.parse::<i64>().unwrap_or_default();
        let mut labelled = Bits::default();
        for number in filter.of(Dimension::Label).filter_map(|label| files.labels.get(&id(label))) {
            labelled.join(files.with_label(Drawn::LABEL + number));
        }
        Self {
            columns,
            words: fold(&asked.q).split_whitespace().take(MAX_WORDS).map(str::to_owned).collect(),
            ids: asked.ids.iter().map(|id| id.0).collect(),
            days: &asked.days,
            labelled,
            projects: numbers(
                tasks.projects.len(),
                filter.of(Dimension::Project).map(|id| tasks.projects.get(&ProjectId(id.to_owned()))),
            ),
            jobs: numbers(
                tasks.jobs.numbers.len(),
                filter.of(Dimension::Job).map(|job| tasks.jobs.numbers.get(&id(job))),
            ),
            datasets: numbers(
                tasks.datasets.numbers.len() + 1,
                filter.of(Dimension::Dataset).map(|dataset| Some(1 + tasks.datasets.numbers.get(&id(dataset))?)),
            ),
            kinds: numbers(files.kinds.len(), filter.of(Dimension::Kind).map(|kind| files.kinds.get(&kind.to_owned()))),
            statuses: numbers(
                tasks.statuses.len(),
                filter.of(Dimension::Status).map(|status| tasks.statuses.get(&shown_as(status))),
            ),
            due: filter.of(Dimension::Due).collect(),
            age: filter.of(Dimension::Age).collect(),
            active: Dimension::ALL.into_iter().filter(|dimension| filter.of(*dimension).next().is_some()).collect(),
        }
    }

    /// Whether nothing is asked but the tab.
    fn is_open(&self) -> bool {
        self.words.is_empty() && self.ids.is_empty() && self.active.is_empty()
    }

    fn kind(&self, task: &Task) -> Option<u32> {
        Some(self.columns.files.at(task.file?)?.kind)
    }

    /// Whether search and ids find it.
    fn finds(&self, task: &Task) -> bool {
        (self.ids.is_empty() || self.ids.contains(&task.id))
            && self.words.iter().all(|word| task.search.contains(word.as_str()))
    }

    /// Whether one dimension lets it through.
    fn lets(&self, dimension: Dimension, task: &Task) -> bool {
        match dimension {
            Dimension::Project => has(&self.projects, task.project),
            Dimension::Job => has(&self.jobs, task.job_number),
            Dimension::Dataset => has(&self.datasets, task.dataset_number),
            Dimension::Label => task.file.is_some_and(|file| self.labelled.has(file)),
            Dimension::Kind => self.kind(task).is_some_and(|kind| has(&self.kinds, kind)),
            Dimension::Status => has(&self.statuses, task.status),
            Dimension::Due => self.due.iter().any(|value| self.days.due(value, &task.due)),
            Dimension::Age => self.age.iter().any(|value| self.days.age(value, &task.updated)),
            Dimension::Issues => task.has_issues,
        }
    }

    /// Whether all of it holds.
    fn holds(&self, place: u32) -> bool {
        self.columns
            .tasks
            .at(place)
            .is_some_and(|task| self.finds(task) && self.active.iter().all(|dimension| self.lets(*dimension, task)))
    }
}

/// The word under which a status is counted.
fn shown_as(status: &str) -> String {
    match TaskStatus::from(status.to_owned()) {
        TaskStatus::Created => TaskStatus::Available.into(),
        status => status.into(),
    }
}

/// Of each tab, what the test leaves: counted, and those of one tab.
fn list(columns: &Columns, of: &(Of, Option<OnlyIds>), asked: &TasksAsked) -> (TabCounts, Bits) {
    let test = Test::new(columns, asked);
    let (mut counts, mut sent_back, mut wanted) = ([0; TABS], 0, Bits::default());
    for tabs in by_tab(&columns.tasks, of) {
        for (number, tasks) in tabs.iter().enumerate() {
            let found =
                if test.is_open() { None } else { Some(tasks.iter().filter(|place| test.holds(*place)).collect()) };
            let found: &Bits = found.as_ref().unwrap_or(tasks);
            if let Some(count) = counts.get_mut(number) {
                *count += found.len();
            }
            if number == 0 {
                sent_back += found.in_common(columns.tasks.sent_back());
            }
            match asked.tab {
                Tab::All => wanted.join(found),
                Tab::SentBack if number == 0 => {
                    let mut found = found.clone();
                    found.keep(columns.tasks.sent_back());
                    wanted.join(&found);
                }
                Tab::Todo if number == 0 => wanted.join(found),
                Tab::InReview if number == 1 => wanted.join(found),
                Tab::Done if number == 2 => wanted.join(found),
                _ => {}
            }
        }
    }
    let [todo, in_review, done, others] = counts;
    (TabCounts { todo, sent_back, in_review, done, all: todo + in_review + done + others }, wanted)
}

/// Counts of one dimension, by number.
struct Tally {
    counts: Vec<u32>,
    /// Whether any task of the scope has it, whatever is asked.
    known: Vec<bool>,
}

impl Tally {
    fn new(numbers: usize) -> Self {
        Self { counts: vec![0; numbers], known: vec![false; numbers] }
    }

    fn add(&mut self, number: u32, counts: bool) {
        if let Some(known) = self.known.get_mut(number as usize) {
            *known = true;
        }
        if let (true, Some(count)) = (counts, self.counts.get_mut(number as usize)) {
            *count += 1;
        }
    }

    fn of(&self, number: u32) -> (u32, bool) {
        let number = number as usize;
        (self.counts.get(number).copied().unwrap_or_default(), self.known.get(number).copied().unwrap_or_default())
    }
}

/// Files by how many of the counted tasks are on them: in the first those with one at least, in the second those with two …
#[derive(Default)]
struct Layers(Vec<Bits>);

impl Layers {
    fn add(&mut self, file: u32) {
        match self.0.iter().position(|layer| !layer.has(file)) {
            Some(layer) => self.0.iter_mut().skip(layer).take(1).for_each(|layer| layer.put(file)),
            None => self.0.push(std::iter::once(file).collect()),
        }
    }

    fn tasks(&self, files: &Bits) -> u32 {
        self.0.iter().map(|layer| layer.in_common(files)).sum()
    }
}

/// A label of the scope's projects.
struct LabelName {
    id: i64,
    name: String,
}

/// Counts in one walk over the scope's tasks: one that no dimension keeps out counts everywhere, one that a single dimension
/// keeps out counts for that dimension alone.
fn facets(columns: &Columns, of: &(Of, Option<OnlyIds>), asked: &TasksAsked, labels: Vec<LabelName>) -> TaskFacets {
    let test = Test::new(columns, asked);
    let (tasks, files) = (&columns.tasks, &columns.files);
    let mut projects = Tally::new(tasks.projects.len());
    let mut jobs = Tally::new(tasks.jobs.numbers.len());
    let mut datasets = Tally::new(tasks.datasets.numbers.len() + 1);
    let mut kinds = Tally::new(files.kinds.len());
    let mut statuses = Tally::new(tasks.statuses.len());
    let (mut due, mut age) = ([0_u32; Dimension::DUE.len()], [0_u32; Dimension::AGE.len()]);
    let (mut issues, mut total) = (0, 0);
    let (mut all_files, mut layers) = (Bits::default(), Layers::default());
    let by_tab = by_tab(tasks, of);
    for (number, places) in by_tab.iter().flat_map(|tabs| tabs.iter().enumerate()) {
        for place in places.iter() {
            let Some(task) = tasks.at(place) else { continue };
            let in_tab = match asked.tab {
                Tab::All => true,
                Tab::Todo => number == 0,
                Tab::SentBack => number == 0 && tasks.sent_back().has(place),
                Tab::InReview => number == 1,
                Tab::Done => number == 2,
            };
            let mut kept_out = test.active.iter().copied().filter(|dimension| !test.lets(*dimension, task));
            let (by, more) = (kept_out.next(), kept_out.next());
            let found = in_tab && more.is_none() && test.finds(task);
            let counts = |dimension: Dimension| found && by.is_none_or(|by| by == dimension);
            projects.add(task.project, counts(Dimension::Project));
            jobs.add(task.job_number, counts(Dimension::Job));
            datasets.add(task.dataset_number, counts(Dimension::Dataset));
            if let Some(kind) = test.kind(task) {
                kinds.add(kind, counts(Dimension::Kind));
            }
            statuses.add(task.status, counts(Dimension::Status));
            if let Some(file) = task.file {
                all_files.put(file);
                if counts(Dimension::Label) {
                    layers.add(file);
                }
            }
            if !found {
                continue;
            }
            if counts(Dimension::Due) {
                for (count, value) in due.iter_mut().zip(Dimension::DUE) {
                    *count += u32::from(asked.days.due(value, &task.due));
                }
            }
            if counts(Dimension::Age) {
                for (count, value) in age.iter_mut().zip(Dimension::AGE) {
                    *count += u32::from(asked.days.age(value, &task.updated));
                }
            }
            issues += u32::from(counts(Dimension::Issues) && task.has_issues);
            total += u32::from(by.is_none());
        }
    }
    let mut out = Facets { asked, facets: Vec::new() };
    out.add(Dimension::Project, tasks.projects.iter().map(|(id, n)| (id.0.clone(), id.0.clone(), projects.of(n))));
    let name =
        |names: &[Box<str>], number: u32| names.get(number as usize).map(ToString::to_string).unwrap_or_default();
    let of_jobs = tasks.jobs.numbers.iter();
    out.add(Dimension::Job, of_jobs.map(|(id, n)| (id.to_string(), name(&tasks.jobs.names, n), jobs.of(n))));
    let of_datasets = tasks.datasets.numbers.iter();
    out.add(
        Dimension::Dataset,
        of_datasets.map(|(id, n)| (id.to_string(), name(&tasks.datasets.names, n), datasets.of(n + 1))),
    );
    let counted = labels.into_iter().filter_map(|label| {
        let files = files.with_label(Drawn::LABEL + files.labels.get(&label.id)?);
        // Whether it is mine at all only matters when it is filtered by.
        let value = label.id.to_string();
        let known = asked.filter.has(Dimension::Label, &value) && all_files.in_common(files) > 0;
        Some((value, label.name, (layers.tasks(files), known)))
    });
    out.add(Dimension::Label, counted);
    out.add(Dimension::Kind, files.kinds.iter().map(|(word, n)| (word.clone(), String::new(), kinds.of(n))));
    out.add(Dimension::Status, tasks.statuses.iter().map(|(word, n)| (word.clone(), String::new(), statuses.of(n))));
    let fixed = |values: [&'static str; 4], counts: [u32; 4]| {
        values.into_iter().zip(counts).map(|(value, count)| (value.to_owned(), String::new(), (count, true)))
    };
    out.in_order(Dimension::Due, fixed(Dimension::DUE, due));
    out.in_order(Dimension::Age, fixed(Dimension::AGE, age));
    out.in_order(Dimension::Issues, std::iter::once((Dimension::OPEN.to_owned(), String::new(), (issues, true))));
    TaskFacets { total, facets: out.facets }
}

/// Facets, as they are put together.
struct Facets<'a> {
    asked: &'a TasksAsked,
    facets: Vec<TaskFacet>,
}

impl Facets<'_> {
    /// Those that some task has, the most first, and those that are filtered by and known.
    fn add(&mut self, dimension: Dimension, counted: impl Iterator<Item = (String, String, (u32, bool))>) {
        let filter = &self.asked.filter;
        let mut values: Vec<TaskFacet> = counted
            .filter(|(value, _, (count, known))| *count > 0 || (*known && filter.has(dimension, value)))
            .map(|(value, name, (tasks, _))| TaskFacet { dimension, value, name, tasks })
            .collect();
        values.sort_by(|a, b| b.tasks.cmp(&a.tasks).then_with(|| (&a.name, &a.value).cmp(&(&b.name, &b.value))));
        let mut place = 0;
        values.retain(|facet| {
            place += 1;
            place <= MAX_VALUES || filter.has(dimension, &facet.value)
        });
        self.facets.append(&mut values);
    }

    /// The same, in the order that they come in.
    fn in_order(&mut self, dimension: Dimension, counted: impl Iterator<Item = (String, String, (u32, bool))>) {
        let filter = &self.asked.filter;
        self.facets.extend(
            counted
                .filter(|(value, _, (count, _))| *count > 0 || filter.has(dimension, value))
                .map(|(value, name, (tasks, _))| TaskFacet { dimension, value, name, tasks }),
        );
    }
}

/// Whose tasks a question is about, as the scope allows.
fn of(scope: &ScopeFilter, asked: &TasksAsked) -> (Of, Option<OnlyIds>) {
    let of = match asked.whose {
        Whose::Mine => Of::People(scope.pairs().to_vec()),
        Whose::Everyone => Of::Projects(scope.admin().to_vec()),
    };
    (of, scope.only().cloned())
}

/// The tasks that are asked for, by tab; of a scope that is bound to some only those.
fn by_tab<'a>(tasks: &'a Tasks, (of, only): &'a (Of, Option<OnlyIds>)) -> Vec<Cow<'a, [Bits; TABS]>> {
    let Some(only) = only else { return tasks.by_tab(of).into_iter().map(Cow::Borrowed).collect() };
    let those: Bits = only.tasks().iter().filter_map(|id| tasks.place(*id)).collect();
    let kept = |tabs: &[Bits; TABS]| {
        let mut tabs = tabs.clone();
        tabs.iter_mut().for_each(|places| places.keep(&those));
        Cow::Owned(tabs)
    };
    tasks.by_tab(of).into_iter().map(kept).collect()
}

impl Index {
    /// How many tasks each tab holds by a question's search and filters, and ids of the tasks of the question, in its order.
    pub(crate) async fn task_list(
        &self,
        scope: &ScopeFilter,
        asked: &TasksAsked,
    ) -> Result<(TabCounts, Vec<i64>), Error> {
        let (of, asked) = (of(scope, asked), asked.clone());
        let columns = self.columns_for(&asked).await?;
        apart(move || {
            let (counts, wanted) = list(&columns, &of, &asked);
            (counts, columns.tasks.ids(&wanted, asked.sort))
        })
        .await
    }

    /// How many tasks each tab holds, by the same search and filters.
    pub(crate) async fn task_counts(&self, scope: &ScopeFilter, asked: &TasksAsked) -> Result<TabCounts, Error> {
        let (of, asked) = (of(scope, asked), asked.clone());
        let columns = self.columns_for(&asked).await?;
        apart(move || list(&columns, &of, &asked).0).await
    }

    /// What a question needs: only those about files wait for news of files.
    async fn columns_for(&self, asked: &TasksAsked) -> Result<Now, Error> {
        let about_files = |(dimension, _)| matches!(dimension, Dimension::Label | Dimension::Kind);
        if asked.filter.iter().any(about_files) { self.columns().await } else { self.columns_of_tasks().await }
    }

    /// Labels of the scope's projects.
    async fn label_names(&self, scope: &ScopeFilter) -> Result<Vec<LabelName>, Error> {
        let projects: Vec<&ProjectId> = scope.pairs().iter().map(|(project, _)| project).collect();
        let rows = sqlx::query(
            "SELECT DISTINCT id, name FROM label WHERE project IN (SELECT value FROM json_each(?)) ORDER BY id",
        )
        .bind(serde_json::to_string(&projects).unwrap_or_default())
        .fetch_all(self.pool())
        .await?;
        Ok(rows.iter().map(|row| LabelName { id: row.get(0), name: row.get(1) }).collect())
    }

    /// What the tasks of a question are, counted.
    pub(crate) async fn task_facets(&self, scope: &ScopeFilter, asked: &TasksAsked) -> Result<TaskFacets, Error> {
        let labels = self.label_names(scope).await?;
        let (of, asked) = (of(scope, asked), asked.clone());
        let columns = self.columns().await?;
        apart(move || facets(&columns, &of, &asked, labels)).await
    }
}
