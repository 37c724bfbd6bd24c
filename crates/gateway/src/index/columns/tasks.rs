//! Tasks and the people on them, as lists are asked by.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use portal_model::{
    api::TaskSort,
    id::{ProjectId, UserId},
    task::{Part, TaskStatus},
};
use sqlx::{Row, SqliteConnection};

use super::{Bits, Files, Numbers, Which, order::Order, read_people};
use crate::index::{fold, write::tab_number};

/// How many tabs a task can be in: to do, in review, done, and only in all.
pub(crate) const TABS: usize = 4;

/// One task.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) id: i64,
    file_id: i64,
    /// The place of its file; none while that has not been read.
    pub(crate) file: Option<u32>,
    pub(crate) dataset: Option<i64>,
    /// Numbers in [`Tasks::projects`], [`Tasks::jobs`], [`Tasks::datasets`] (one more than that; 0 without) and
    /// [`Tasks::statuses`].
    pub(crate) project: u32,
    pub(crate) job_number: u32,
    pub(crate) dataset_number: u32,
    pub(crate) status: u32,
    /// How far work has come: what lists are ordered by.
    rank: u8,
    pub(crate) has_issues: bool,
    pub(crate) updated: Box<str>,
    created: Box<str>,
    /// Empty without.
    pub(crate) due: Box<str>,
    name: Box<str>,
    job: Box<str>,
    /// The folded name of its dataset; empty without.
    dataset_key: Box<str>,
    /// Folded words of all that can be searched for.
    pub(crate) search: Box<str>,
    /// The people on it.
    people: Box<[OnTask]>,
    /// The number of its tab in everyone's list of its project; archived tasks stand in none.
    everyone: Option<u8>,
}

/// Somebody on a task.
#[derive(Clone, Copy, Debug)]
struct OnTask {
    person: u32,
    /// The number of their tab.
    tab: u8,
    is_assignee: bool,
    is_reviewer: bool,
}

/// A task that somebody sees, and whether they are told whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visible<'a> {
    pub(crate) task: &'a Task,
    pub(crate) with_people: bool,
}

/// Whose tasks are asked for.
#[derive(Clone, Debug)]
pub(crate) enum Of {
    /// Those of these people.
    People(Vec<(ProjectId, UserId)>),
    /// All of these projects.
    Projects(Vec<ProjectId>),
}

/// A task of somebody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mine {
    /// Which.
    pub(crate) id: i64,
    /// The place of its file.
    pub(crate) file: Option<u32>,
    /// Where the file came from.
    pub(crate) dataset: Option<i64>,
}

/// All tasks. Each keeps its place while the gateway runs.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    rows: Vec<Option<Task>>,
    places: HashMap<i64, u32>,
    /// Tasks whose files have no place yet.
    unsettled: Bits,
    people: Numbers<(ProjectId, UserId)>,
    /// The tasks of each person, by tab.
    of: Vec<[Bits; TABS]>,
    /// Tasks that were sent back, whoever has to do with them.
    sent_back: Bits,
    /// The tasks of each project, by tab of everyone's list.
    in_project: Vec<[Bits; TABS]>,
    pub(crate) projects: Numbers<ProjectId>,
    pub(crate) jobs: Named,
    pub(crate) datasets: Named,
    /// Diffgram's words; `created` counts as `available`, because to people they are the same.
    pub(crate) statuses: Numbers<String>,
    by_updated: Order,
    by_name: Order,
    by_job: Order,
    by_dataset: Order,
    by_status: Order,
    by_due: Order,
    by_created: Order,
}

/// Things with an id and a name. The name is that of the task that was read last.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) numbers: Numbers<i64>,
    pub(crate) names: Vec<Box<str>>,
}

impl Named {
    fn number(&mut self, id: i64, name: Box<str>) -> u32 {
        let number = self.numbers.number(id);
        self.names.resize_with(self.numbers.len(), Box::default);
        if let Some(known) = self.names.get_mut(number as usize) {
            *known = name;
        }
        number
    }
}

/// As people's work goes on: first what they have to look at again.
fn rank(status: &TaskStatus) -> u8 {
    match status {
        TaskStatus::RequiresChanges => 0,
        TaskStatus::InProgress => 1,
        TaskStatus::Available | TaskStatus::Created => 2,
        TaskStatus::Deferred => 3,
        TaskStatus::Other(_) => 4,
        TaskStatus::ReviewRequested => 5,
        TaskStatus::InReview => 6,
        TaskStatus::Complete => 7,
        TaskStatus::Archived => 8,
    }
}

/// A task as it was read.
struct Fresh {
    id: i64,
    project: String,
    file: i64,
    dataset: Option<i64>,
    updated: Box<str>,
    name: Box<str>,
    job: Box<str>,
    search: Box<str>,
    job_id: i64,
    job_name: Box<str>,
    dataset_name: Box<str>,
    status: String,
    created: Box<str>,
    due: Box<str>,
    has_issues: bool,
    people: Vec<(i64, i64)>,
}

/// Tasks that were read, and ids of all that were looked for.
pub(super) struct News {
    fresh: Vec<Fresh>,
    looked_for: Vec<i64>,
}

/// Reads tasks. They come in the order of their ids.
pub(super) async fn read(tx: &mut SqliteConnection, which: &Which, looked_for: Vec<i64>) -> Result<News, sqlx::Error> {
    let mut fresh: Vec<Fresh> = Vec::new();
    let mut sql = which.select(
        "SELECT id, project, file, dataset, updated, name_key, job_key, search, job, job_name, coalesce(dataset_name, ''), status,
           created, coalesce(due, ''), open_issues > 0 FROM task",
        "id",
        "id",
    );
    let mut rows = sql.build().fetch(&mut *tx);
    while let Some(row) = rows.try_next().await? {
        fresh.push(Fresh {
            id: row.get(0),
            project: row.get(1),
            file: row.get(2),
            dataset: row.get(3),
            updated: row.get(4),
            name: row.get(5),
            job: row.get(6),
            search: row.get(7),
            job_id: row.get(8),
            job_name: row.get(9),
            dataset_name: row.get(10),
            status: row.get(11),
            created: row.get(12),
            due: row.get(13),
            has_issues: row.get(14),
            people: Vec::new(),
        });
    }
    drop(rows);
    // The part in the upper bits, since people come with one number.
    let select = "SELECT task, user, part * 8 + tab FROM task_person";
    read_people(tx, which, select, &mut fresh, |task| (task.id, &mut task.people)).await?;
    Ok(News { fresh, looked_for })
}

/// The tasks in a tab of somebody, or of a project.
fn tab_of(all: &mut [[Bits; TABS]], whose: u32, tab: u8) -> Option<&mut Bits> {
    all.get_mut(whose as usize)?.get_mut(usize::from(tab))
}

impl Tasks {
    /// Takes in what was read; what was looked for and not found is gone.
    pub(super) fn apply(&mut self, news: News, files: &Files) {
        let mut changed = Bits::default();
        for id in news.looked_for {
            if let Some(place) = self.places.get(&id).copied() {
                changed.put(place);
                self.take(place);
            }
        }
        for fresh in news.fresh {
            let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            let place = *self.places.entry(fresh.id).or_insert(next);
            if place == next {
                self.rows.push(None);
            }
            changed.put(place);
            self.put(place, fresh, files);
        }
        let rows = &self.rows;
        let row = |place: u32| rows.get(place as usize).and_then(Option::as_ref);
        let are = |place: u32| row(place).is_some();
        let by = |key: fn(&Task) -> (&str, &str)| {
            move |a: u32, b: u32| row(a).map(|task| (key(task), task.id)).cmp(&row(b).map(|task| (key(task), task.id)))
        };
        self.by_updated.refresh(&changed, are, by(|task| (&task.updated, "")));
        self.by_name.refresh(&changed, are, by(|task| (&task.name, "")));
        self.by_job.refresh(&changed, are, by(|task| (&task.job, &task.name)));
        self.by_dataset.refresh(&changed, are, by(|task| (&task.dataset_key, &task.name)));
        self.by_due.refresh(&changed, are, by(|task| (&task.due, "")));
        self.by_created.refresh(&changed, are, by(|task| (&task.created, "")));
        self.by_status.refresh(&changed, are, |a, b| {
            row(a).map(|task| (task.rank, task.id)).cmp(&row(b).map(|task| (task.rank, task.id)))
        });
    }

    /// Files came: tasks that were read before them find them now.
    pub(super) fn settle(&mut self, files: &Files) {
        for place in std::mem::take(&mut self.unsettled).iter() {
            let Some(task) = self.rows.get_mut(place as usize).and_then(Option::as_mut) else { continue };
            task.file = files.place(task.file_id);
            if task.file.is_none() {
                self.unsettled.put(place);
            }
        }
    }

    fn take(&mut self, place: u32) {
        let Some(task) = self.rows.get_mut(place as usize).and_then(Option::take) else { return };
        self.sent_back.remove(place);
        self.unsettled.remove(place);
        if let Some(tab) = task.everyone
            && let Some(tasks) = tab_of(&mut self.in_project, task.project, tab)
        {
            tasks.remove(place);
        }
        for on in task.people {
            if let Some(tasks) = tab_of(&mut self.of, on.person, on.tab) {
                tasks.remove(place);
            }
        }
    }

    fn put(&mut self, place: u32, fresh: Fresh, files: &Files) {
        let people: Box<[OnTask]> = fresh
            .people
            .into_iter()
            .map(|(user, part_and_tab)| OnTask {
                person: self.people.number((ProjectId(fresh.project.clone()), UserId(user))),
                tab: u8::try_from(part_and_tab % 8).ok().filter(|tab| usize::from(*tab) < TABS).unwrap_or(3),
                is_assignee: (part_and_tab / 8) & 1 != 0,
                is_reviewer: (part_and_tab / 8) & 2 != 0,
            })
            .collect();
        self.of.resize_with(self.people.len(), Default::default);
        for on in &people {
            if let Some(tasks) = tab_of(&mut self.of, on.person, on.tab) {
                tasks.put(place);
            }
        }
        let status = TaskStatus::from(fresh.status);
        if status == TaskStatus::RequiresChanges {
            self.sent_back.put(place);
        }
        let everyone = tab_number(&status, Part::Nobody).and_then(|tab| u8::try_from(tab).ok());
        let project = self.projects.number(ProjectId(fresh.project));
        self.in_project.resize_with(self.projects.len(), Default::default);
        if let Some(tab) = everyone
            && let Some(tasks) = tab_of(&mut self.in_project, project, tab)
        {
            tasks.put(place);
        }
        let dataset_key = fold(&fresh.dataset_name).into();
        let task = Task {
            id: fresh.id,
            file_id: fresh.file,
            file: files.place(fresh.file),
            dataset: fresh.dataset,
            project,
            job_number: self.jobs.number(fresh.job_id, fresh.job_name),
            dataset_number: fresh.dataset.map_or(0, |id| 1 + self.datasets.number(id, fresh.dataset_name)),
            rank: rank(&status),
            status: self.statuses.number(match status {
                TaskStatus::Created => TaskStatus::Available.into(),
                status => status.into(),
            }),
            has_issues: fresh.has_issues,
            updated: fresh.updated,
            created: fresh.created,
            due: fresh.due,
            name: fresh.name,
            job: fresh.job,
            dataset_key,
            search: fresh.search,
            people,
            everyone,
        };
        if task.file.is_none() {
            self.unsettled.put(place);
        }
        if let Some(row) = self.rows.get_mut(place as usize) {
            *row = Some(task);
        }
    }

    /// The task at a place.
    pub(crate) fn at(&self, place: u32) -> Option<&Task> {
        self.rows.get(place as usize)?.as_ref()
    }

    /// The place of a task.
    pub(crate) fn place(&self, id: i64) -> Option<u32> {
        self.places.get(&id).copied()
    }

    /// The people of a scope, by number.
    fn numbers<'a>(&'a self, pairs: &'a [(ProjectId, UserId)]) -> impl Iterator<Item = u32> + 'a {
        pairs.iter().filter_map(|pair| self.people.get(pair))
    }

    /// Tasks of a scope.
    pub(crate) fn mine<'a>(&'a self, pairs: &'a [(ProjectId, UserId)]) -> impl Iterator<Item = Mine> + 'a {
        let places =
            self.numbers(pairs).filter_map(|person| self.of.get(person as usize)).flatten().flat_map(Bits::iter);
        places.filter_map(|place| self.at(place)).map(|task| Mine {
            id: task.id,
            file: task.file,
            dataset: task.dataset,
        })
    }

    /// Tasks on files that somebody may ask about: their own, and all of the projects whose admin they are. Whose a task is, its
    /// reviewers are told too.
    pub(crate) fn visible<'a>(
        &'a self,
        pairs: &'a [(ProjectId, UserId)],
        admin: &'a [ProjectId],
    ) -> impl Iterator<Item = Visible<'a>> + 'a {
        let me: Vec<u32> = self.numbers(pairs).collect();
        let projects: Vec<u32> = admin.iter().filter_map(|project| self.projects.get(project)).collect();
        let own: Bits =
            me.iter().filter_map(|person| self.of.get(*person as usize)).flatten().flat_map(Bits::iter).collect();
        self.rows.iter().zip(0..).filter_map(move |(task, place)| {
            let task = task.as_ref()?;
            let is_admin = projects.contains(&task.project);
            let reviews = || task.people.iter().any(|on| on.is_reviewer && me.contains(&on.person));
            (is_admin || own.has(place)).then(|| Visible { task, with_people: is_admin || reviews() })
        })
    }

    /// The assignees of a task, by number.
    pub(crate) fn assignees(task: &Task) -> impl Iterator<Item = u32> + '_ {
        task.people.iter().filter(|on| on.is_assignee).map(|on| on.person)
    }

    /// The number of somebody in a project.
    pub(crate) fn person(&self, pair: &(ProjectId, UserId)) -> Option<u32> {
        self.people.get(pair)
    }

    /// The tasks that are asked for, by tab.
    pub(crate) fn by_tab<'a>(&'a self, of: &'a Of) -> Vec<&'a [Bits; TABS]> {
        match of {
            Of::People(pairs) => self.numbers(pairs).filter_map(|person| self.of.get(person as usize)).collect(),
            Of::Projects(projects) => {
                let numbers = projects.iter().filter_map(|project| self.projects.get(project));
                numbers.filter_map(|project| self.in_project.get(project as usize)).collect()
            }
        }
    }

    /// Those that were sent back, of everybody.
    pub(crate) fn sent_back(&self) -> &Bits {
        &self.sent_back
    }

    /// Ids of these tasks, in an order.
    pub(crate) fn ids(&self, wanted: &Bits, sort: TaskSort) -> Vec<i64> {
        let id = |place: &u32| wanted.has(*place).then(|| self.at(*place).map(|task| task.id)).flatten();
        let (order, back) = match sort {
            TaskSort::Newest => (&self.by_updated, true),
            TaskSort::Oldest => (&self.by_updated, false),
            TaskSort::Name => (&self.by_name, false),
            TaskSort::NameBack => (&self.by_name, true),
            TaskSort::Job => (&self.by_job, false),
            TaskSort::JobBack => (&self.by_job, true),
            TaskSort::Dataset => (&self.by_dataset, false),
            TaskSort::DatasetBack => (&self.by_dataset, true),
            TaskSort::Status => (&self.by_status, false),
            TaskSort::StatusBack => (&self.by_status, true),
            TaskSort::Created => (&self.by_created, false),
            TaskSort::CreatedBack => (&self.by_created, true),
            TaskSort::Due | TaskSort::DueBack => {
                let places = self.by_due.places();
                let without = places.partition_point(|place| self.at(*place).is_some_and(|task| task.due.is_empty()));
                let (without, dated) = places.split_at(without);
                // Those without a date come last, whichever way round.
                return if sort == TaskSort::Due {
                    dated.iter().chain(without).filter_map(id).collect()
                } else {
                    dated.iter().rev().chain(without.iter().rev()).filter_map(id).collect()
                };
            }
        };
        let places = order.places();
        if back { places.iter().rev().filter_map(id).collect() } else { places.iter().filter_map(id).collect() }
    }
}
