//! Tasks and the people on them, as lists are asked by.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use portal_model::{
    api::{TabCounts, TaskSort},
    id::{ProjectId, UserId},
    task::{Part, TaskStatus},
};
use sqlx::{Row, SqliteConnection};

use super::{Bits, Files, Numbers, Which, order::Order};
use crate::index::write::tab_number;

/// How many tabs a task can be in: to do, in review, done, and only in all.
const TABS: usize = 4;

/// One task.
#[derive(Debug)]
struct Task {
    id: i64,
    /// The place of its file.
    file: Option<u32>,
    dataset: Option<i64>,
    updated: Box<str>,
    name: Box<str>,
    job: Box<str>,
    /// Folded words of all that can be searched for.
    search: Box<str>,
    /// The people on it and the number of their tab.
    people: Box<[(u32, u8)]>,
    /// Its project and the number of its tab in everyone's list; archived tasks stand in none.
    everyone: Option<(u32, u8)>,
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
    people: Numbers<(ProjectId, UserId)>,
    /// The tasks of each person, by tab.
    of: Vec<[Bits; TABS]>,
    projects: Numbers<ProjectId>,
    /// The tasks of each project, by tab.
    in_project: Vec<[Bits; TABS]>,
    by_updated: Order,
    by_name: Order,
    by_job: Order,
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
    status: String,
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
        "SELECT id, project, file, dataset, updated, name_key, job_key, search, status FROM task",
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
            status: row.get(8),
            people: Vec::new(),
        });
    }
    drop(rows);
    let mut sql = which.select("SELECT task, user, tab FROM task_person", "task", "task");
    let mut rows = sql.build().fetch(&mut *tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        let id: i64 = row.get(0);
        while fresh.get(at).is_some_and(|task| task.id < id) {
            at += 1;
        }
        if let Some(task) = fresh.get_mut(at).filter(|task| task.id == id) {
            task.people.push((row.get(1), row.get(2)));
        }
    }
    drop(rows);
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
    }

    fn take(&mut self, place: u32) {
        let Some(task) = self.rows.get_mut(place as usize).and_then(Option::take) else { return };
        if let Some((project, tab)) = task.everyone
            && let Some(tasks) = tab_of(&mut self.in_project, project, tab)
        {
            tasks.remove(place);
        }
        for (person, tab) in task.people {
            if let Some(tasks) = tab_of(&mut self.of, person, tab) {
                tasks.remove(place);
            }
        }
    }

    fn put(&mut self, place: u32, fresh: Fresh, files: &Files) {
        let people: Box<[(u32, u8)]> = fresh
            .people
            .into_iter()
            .map(|(user, tab)| {
                let person = self.people.number((ProjectId(fresh.project.clone()), UserId(user)));
                (person, u8::try_from(tab).ok().filter(|tab| usize::from(*tab) < TABS).unwrap_or(3))
            })
            .collect();
        self.of.resize_with(self.people.len(), Default::default);
        for (person, tab) in &people {
            if let Some(tasks) = tab_of(&mut self.of, *person, *tab) {
                tasks.put(place);
            }
        }
        let tab = tab_number(&TaskStatus::from(fresh.status), Part::Nobody).and_then(|tab| u8::try_from(tab).ok());
        let everyone = tab.map(|tab| (self.projects.number(ProjectId(fresh.project.clone())), tab));
        self.in_project.resize_with(self.projects.len(), Default::default);
        if let Some((project, tab)) = everyone
            && let Some(tasks) = tab_of(&mut self.in_project, project, tab)
        {
            tasks.put(place);
        }
        if let Some(row) = self.rows.get_mut(place as usize) {
            *row = Some(Task {
                id: fresh.id,
                file: files.place(fresh.file),
                dataset: fresh.dataset,
                updated: fresh.updated,
                name: fresh.name,
                job: fresh.job,
                search: fresh.search,
                people,
                everyone,
            });
        }
    }

    /// Those in which every word occurs.
    fn with_words(&self, tasks: &Bits, words: &[String]) -> Bits {
        let has = |place: &u32| {
            self.at(*place).is_some_and(|task| words.iter().all(|word| task.search.contains(word.as_str())))
        };
        tasks.iter().filter(has).collect()
    }

    fn at(&self, place: u32) -> Option<&Task> {
        self.rows.get(place as usize)?.as_ref()
    }

    /// The people of a scope, by number.
    fn numbers<'a>(&'a self, pairs: &'a [(ProjectId, UserId)]) -> impl Iterator<Item = u32> + 'a {
        pairs.iter().filter_map(|pair| self.people.get(pair))
    }

    /// Tasks of a scope.
    pub(crate) fn mine<'a>(&'a self, pairs: &'a [(ProjectId, UserId)]) -> impl Iterator<Item = Mine> + 'a {
        let places =
            self.numbers(pairs).filter_map(|person| self.of.get(person as usize)).flatten().flat_map(Bits::iter);
        places.filter_map(|place| self.at(place)).map(|task| Mine { file: task.file, dataset: task.dataset })
    }

    /// What is asked for, by tab.
    fn asked<'a>(&'a self, of: &'a Of) -> Vec<&'a [Bits; TABS]> {
        match of {
            Of::People(pairs) => self.numbers(pairs).filter_map(|person| self.of.get(person as usize)).collect(),
            Of::Projects(projects) => {
                let numbers = projects.iter().filter_map(|project| self.projects.get(project));
                numbers.filter_map(|project| self.in_project.get(project as usize)).collect()
            }
        }
    }

    /// Tasks in which every word occurs: how many stand in each tab, and their ids in an order, of one tab or all.
    pub(crate) fn list(
        &self,
        of: &Of,
        words: &[String],
        tab: Option<u8>,
        sort: Option<TaskSort>,
    ) -> (TabCounts, Vec<i64>) {
        let (mut counts, mut wanted) = ([0; TABS], Bits::default());
        for tabs in self.asked(of) {
            for (number, tasks) in tabs.iter().enumerate() {
                let found = if words.is_empty() { None } else { Some(self.with_words(tasks, words)) };
                let found = found.as_ref().unwrap_or(tasks);
                if let Some(count) = counts.get_mut(number) {
                    *count += found.len();
                }
                if tab.is_none_or(|tab| usize::from(tab) == number) {
                    wanted.join(found);
                }
            }
        }
        let [todo, in_review, done, others] = counts;
        let counts = TabCounts { todo, in_review, done, all: todo + in_review + done + others };
        let Some(sort) = sort else { return (counts, Vec::new()) };
        let (order, back) = match sort {
            TaskSort::Newest => (&self.by_updated, true),
            TaskSort::Oldest => (&self.by_updated, false),
            TaskSort::Name => (&self.by_name, false),
            TaskSort::Job => (&self.by_job, false),
        };
        let id = |place: &u32| wanted.has(*place).then(|| self.at(*place).map(|task| task.id)).flatten();
        let places = order.places();
        let ids =
            if back { places.iter().rev().filter_map(id).collect() } else { places.iter().filter_map(id).collect() };
        (counts, ids)
    }
}
