//! How many files of a query each dataset, label, run, type, answer, month and task's status would leave, and how its predictions
//! scored (ADR 8).

use std::collections::{BTreeMap, HashMap};

use portal_model::{
    api::explorer::{AnswerFacet, AttributeName, Facet, FileFacets, FileNames, RunName},
    id::ModelRunId,
    query::Query,
};
use sqlx::Row;

use super::{find::Finder, questions::Question, sight};
use crate::{
    index::{
        Error, Index,
        columns::{Bits, Columns, Drawn, Numbers, apart},
    },
    policy::ScopeFilter,
};

/// More names of a kind are not offered.
const MAX_NAMES: usize = 500;

/// A label or a run of the scope's projects.
pub(super) struct Name {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) key: String,
}

/// Which count a number adds to.
struct Groups<'a> {
    of: Vec<Option<u32>>,
    names: Vec<&'a str>,
}

impl<'a> Groups<'a> {
    /// One count for each key of the names, which come in order.
    fn by_key(names: &'a [Name], numbers: &Numbers<i64>) -> Self {
        let mut groups = Self { of: vec![None; numbers.len()], names: Vec::new() };
        let mut last = None;
        for name in names {
            if last.replace(&name.key) != Some(&name.key) {
                groups.names.push(&name.name);
            }
            let group = u32::try_from(groups.names.len()).unwrap_or(u32::MAX).saturating_sub(1);
            if let Some(of) = numbers.get(&name.id).and_then(|number| groups.of.get_mut(number as usize)) {
                *of = Some(group);
            }
        }
        groups
    }

    fn facets(&self, counts: &[u32]) -> Vec<Facet> {
        most_first(self.names.iter().map(|name| (*name).to_owned()).zip(counts.iter().copied()))
    }
}

/// Those that leave something, most files first.
fn most_first(facets: impl Iterator<Item = (String, u32)>) -> Vec<Facet> {
    let mut facets: Vec<Facet> =
        facets.filter(|(_, files)| *files > 0).map(|(name, files)| Facet { name, files }).collect();
    facets.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
    facets.truncate(MAX_NAMES);
    facets
}

/// Counts files, each once for each group.
struct Tally {
    counts: Vec<u32>,
    /// The file that was counted last, one more than its place.
    last: Vec<u32>,
}

impl Tally {
    fn new(groups: usize) -> Self {
        Self { counts: vec![0; groups], last: vec![0; groups] }
    }

    fn add(&mut self, group: Option<u32>, place: u32) {
        let Some(group) = group else { return };
        if let (Some(count), Some(last)) = (self.counts.get_mut(group as usize), self.last.get_mut(group as usize))
            && *last != place + 1
        {
            *last = place + 1;
            *count += 1;
        }
    }
}

/// Counts the files of each group of labels and of runs.
fn tally(columns: &Columns, found: &Bits, labels: &Groups<'_>, runs: &Groups<'_>) -> (Vec<u32>, Vec<u32>) {
    let (mut by_label, mut by_run) = (Tally::new(labels.names.len()), Tally::new(runs.names.len()));
    for place in found.iter() {
        let Some(file) = columns.files.at(place) else { continue };
        for drawn in &file.drawn {
            let label = drawn.label.checked_sub(Drawn::LABEL).and_then(|number| labels.of.get(number as usize));
            by_label.add(label.copied().flatten(), place);
            let run = drawn.run.checked_sub(Drawn::RUN).and_then(|number| runs.of.get(number as usize));
            by_run.add(run.copied().flatten(), place);
        }
    }
    (by_label.counts, by_run.counts)
}

fn facets(finder: &Finder<'_>, query: &Query, labels: &[Name], runs: &[Name], questions: &[Question]) -> FileFacets {
    let (columns, sight) = (finder.columns, finder.sight);
    let files = &columns.files;
    let found = finder.found(query);
    let labels = Groups::by_key(labels, &files.labels);
    let runs = Groups::by_key(runs, &files.runs);
    let (by_label, by_run) = tally(columns, &found, &labels, &runs);
    let mut kinds = vec![0_u32; files.kinds.len()];
    for file in found.iter().filter_map(|place| files.at(place)) {
        if let Some(count) = kinds.get_mut(file.kind as usize) {
            *count += 1;
        }
    }
    let kind_count = |number: u32| kinds.get(number as usize).copied().unwrap_or_default();
    let mut scores = [0_u32; FileFacets::BINS];
    finder.scores(&found, query.filter.as_ref(), |score| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of floats stops at the ends"
        )]
        let bin = (score * FileFacets::BINS as f64) as usize;
        if let Some(count) = scores.get_mut(bin.min(FileFacets::BINS - 1)) {
            *count += 1;
        }
    });
    let datasets = sight.files_by_dataset(columns).into_iter().map(|(name, files)| (name, found.in_common(&files)));
    FileFacets {
        total: found.len(),
        datasets: most_first(datasets),
        labels: labels.facets(&by_label),
        runs: runs.facets(&by_run),
        types: most_first(files.kinds.iter().map(|(kind, number)| (kind.clone(), kind_count(number)))),
        scores: scores.to_vec(),
        answers: answers(columns, &found, questions),
        months: months(columns, &found),
        tasks: tasks(finder, &found),
    }
}

fn answers(columns: &Columns, found: &Bits, questions: &[Question]) -> Vec<AnswerFacet> {
    let mut facets: Vec<AnswerFacet> = questions
        .iter()
        .map(|question| {
            let options = question.options.iter();
            let options = options.map(|option| (option.name.clone(), found.in_common(&option.files(columns))));
            AnswerFacet { attribute: question.name.clone(), options: most_first(options) }
        })
        .filter(|facet| !facet.options.is_empty())
        .collect();
    let most = |facet: &AnswerFacet| facet.options.first().map_or(0, |option| option.files);
    facets.sort_by(|a, b| most(b).cmp(&most(a)).then_with(|| a.attribute.cmp(&b.attribute)));
    facets.truncate(MAX_NAMES);
    facets
}

fn months(columns: &Columns, found: &Bits) -> Vec<Facet> {
    let mut months: BTreeMap<&str, u32> = BTreeMap::new();
    for file in found.iter().filter_map(|place| columns.files.at(place)) {
        if let Some(month) = file.created.get(..7) {
            *months.entry(month).or_default() += 1;
        }
    }
    months.into_iter().rev().map(|(month, files)| Facet { name: month.to_owned(), files }).take(MAX_NAMES).collect()
}

/// As conditions on the status of tasks find them.
fn tasks(finder: &Finder<'_>, found: &Bits) -> Vec<Facet> {
    let columns = finder.columns;
    let mut files = vec![Bits::default(); columns.tasks.statuses.len()];
    for seen in finder.sight.tasks(columns) {
        if let (Some(files), Some(file)) = (files.get_mut(seen.task.status as usize), seen.task.file) {
            files.put(file);
        }
    }
    let count = |number: u32| files.get(number as usize).map_or(0, |files| found.in_common(files));
    most_first(columns.tasks.statuses.iter().map(|(word, number)| (word.clone(), count(number))))
}

impl Index {
    /// Labels (or model runs) of the scope's projects, by folded name.
    pub(super) async fn names_in(&self, scope: &ScopeFilter, table: &'static str) -> Result<Vec<Name>, Error> {
        let mut sql = sight::with(scope);
        sql.push(" SELECT id, name, name_key FROM ").push(table);
        sql.push(" WHERE project IN (SELECT id FROM my_project) ORDER BY name_key, name, id");
        let rows = sql.build().fetch_all(self.pool()).await?;
        Ok(rows.iter().map(|row| Name { id: row.get(0), name: row.get(1), key: row.get(2) }).collect())
    }

    /// What the files of a query are, counted.
    pub(crate) async fn facets(&self, scope: &ScopeFilter, query: &Query, now: i64) -> Result<FileFacets, Error> {
        let sight = self.sight(scope).await?;
        let named = self.named(scope, query).await?;
        let labels = self.names_in(scope, "label").await?;
        let runs = self.names_in(scope, "model_run").await?;
        let columns = self.columns().await?;
        let questions = self.questions(scope, &columns.files.options()).await?;
        let query = query.clone();
        apart(move || facets(&Finder::new(&columns, &sight, &named, now), &query, &labels, &runs, &questions)).await
    }

    /// Names that occur in scope, and what is told of people there.
    pub(crate) async fn file_names(&self, scope: &ScopeFilter) -> Result<FileNames, Error> {
        let sight = self.sight(scope).await?;
        let labels = self.names_in(scope, "label").await?;
        let runs = self.names_in(scope, "model_run").await?;
        let members =
            self.members_of(&scope.pairs().iter().map(|(project, _)| project.clone()).collect::<Vec<_>>()).await?;
        let columns = self.columns().await?;
        let questions = self.questions(scope, &columns.files.options()).await?;
        apart(move || {
            let files = &columns.files;
            let seen = sight.files(&columns);
            let (mut has_label, mut has_run) = (Bits::default(), Bits::default());
            for file in seen.iter().filter_map(|place| files.at(place)) {
                for drawn in &file.drawn {
                    has_label.put(drawn.label);
                    has_run.put(drawn.run);
                }
            }
            let occurs = |numbers: &Numbers<i64>, id: &i64, first: u32, has: &Bits| {
                numbers.get(id).is_some_and(|number| has.has(first + number))
            };
            let mut labels: Vec<String> = labels
                .into_iter()
                .filter(|label| occurs(&files.labels, &label.id, Drawn::LABEL, &has_label))
                .map(|label| label.name)
                .collect();
            labels.dedup();
            labels.truncate(MAX_NAMES);
            let runs = runs.into_iter().filter(|run| occurs(&files.runs, &run.id, Drawn::RUN, &has_run));
            let runs = runs.map(|run| RunName { id: ModelRunId(run.id), name: run.name }).take(MAX_NAMES).collect();
            let mut datasets = sight.names(&columns);
            datasets.truncate(MAX_NAMES);
            let named = |question: Question| {
                let chosen = question.options.iter().filter(|option| seen.in_common(&option.files(&columns)) > 0);
                let options = chosen.map(|option| option.name.clone()).take(MAX_NAMES).collect();
                let is_answered = question.ids.iter().any(|id| {
                    files.attributes.get(id).is_some_and(|number| seen.in_common(files.answered(number)) > 0)
                });
                is_answered.then_some(AttributeName { name: question.name, options })
            };
            let attributes = questions.into_iter().filter_map(named).take(MAX_NAMES).collect();
            let told = sight.people(&columns);
            let people = members.into_iter().filter(|member| {
                columns.tasks.person(&(member.project.clone(), member.user)).is_some_and(|person| told.has(person))
            });
            let mut people: Vec<String> = people.map(|member| member.name).collect();
            people.dedup();
            people.truncate(MAX_NAMES);
            FileNames { datasets, labels, runs, attributes, people }
        })
        .await
    }
}

impl sight::Sight {
    /// Names of the datasets that grants open, and of those of the person's tasks.
    fn names(&self, columns: &Columns) -> Vec<String> {
        let from: std::collections::HashSet<i64> = self.mine(columns).filter_map(|task| task.dataset).collect();
        let known = self.datasets.iter().filter(|dataset| dataset.granted || from.contains(&dataset.id));
        let mut names: Vec<String> = known.map(|dataset| dataset.name.clone()).collect();
        names.dedup();
        names
    }

    /// The files of each dataset's name, as a condition on it finds them.
    fn files_by_dataset(&self, columns: &Columns) -> Vec<(String, Bits)> {
        let (mut groups, mut of) = (Vec::<(&str, String, Bits)>::new(), HashMap::new());
        for dataset in &self.datasets {
            if groups.last().is_none_or(|(key, ..)| *key != dataset.key) {
                groups.push((&dataset.key, dataset.name.clone(), Bits::default()));
            }
            of.insert(dataset.id, groups.len() - 1);
            if let (true, Some((.., files))) = (dataset.granted, groups.last_mut()) {
                files.extend(columns.files.members(dataset.id));
            }
        }
        for task in self.mine(columns) {
            let group = task.dataset.and_then(|id| of.get(&id)).and_then(|group| groups.get_mut(*group));
            if let (Some((.., files)), Some(file)) = (group, task.file) {
                files.put(file);
            }
        }
        groups.into_iter().map(|(_, name, files)| (name, files)).collect()
    }
}
