//! How much questions and their options are used, for whoever is about to change them: over all files of a project, with the query
//! that shows them where the language has one.

use std::collections::{BTreeSet, HashMap, HashSet};

use portal_model::{
    api::schemas::Use,
    id::{AttributeId, OptionId, ProjectId},
    query::{Answer, Compare, Condition, Expr, Query, Score, parse},
    task::TaskStatus,
};
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::index::{
    Error, Index,
    columns::{Bits, Columns, Value, apart},
};

/// More options are not named side by side in one query.
const MAX_NAMED: usize = 40;

/// A question that is about to change, with those of its options that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) attribute: AttributeId,
    pub(crate) options: BTreeSet<OptionId>,
}

/// What one question, or one of its options, comes to.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    answers: u32,
    files: u32,
    open_tasks: u32,
    /// The file that was counted last, one more than its place.
    last: u32,
}

impl Tally {
    fn add(&mut self, place: u32, open_tasks: u32) {
        self.answers += 1;
        if self.last != place + 1 {
            self.last = place + 1;
            self.files += 1;
            self.open_tasks += open_tasks;
        }
    }

    fn told(self, attribute: AttributeId, option: Option<OptionId>, query: Option<String>) -> Use {
        Use { attribute, option, answers: self.answers, files: self.files, open_tasks: self.open_tasks, query }
    }
}

/// All answers to one question.
#[derive(Default)]
struct Answers {
    all: Tally,
    by_option: HashMap<i64, Tally>,
    /// The lowest number that was said.
    lowest: Option<f64>,
    /// Whether something was said that is no number.
    words: bool,
}

/// How questions and their options are called in queries: only by what finds them and no others.
#[derive(Default)]
struct Names {
    questions: HashMap<i64, String>,
    /// By question and option.
    options: HashMap<(i64, i64), String>,
}

impl Names {
    fn query(&self, attribute: i64, answer: Answer) -> Option<Expr> {
        self.questions.get(&attribute).map(|name| Expr::Is(Condition::Attribute(name.clone(), answer)))
    }

    fn of_option(&self, attribute: i64, option: i64) -> Option<Expr> {
        self.query(attribute, Answer::Is(self.options.get(&(attribute, option))?.clone()))
    }

    /// There is no word for "answered at all": so all that was chosen, or all from the lowest number on.
    fn of_question(&self, attribute: i64, answers: &Answers) -> Option<Expr> {
        if answers.words || answers.by_option.len() > MAX_NAMED {
            return None;
        }
        let mut options: Vec<i64> = answers.by_option.keys().copied().collect();
        options.sort_unstable();
        let mut parts: Vec<Expr> =
            options.into_iter().map(|option| self.of_option(attribute, option)).collect::<Option<_>>()?;
        if let Some(lowest) = answers.lowest {
            parts.push(self.query(attribute, Answer::Number(Compare::AtLeast, Score::new(lowest)?))?);
        }
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Expr::Any(parts)),
        }
    }
}

/// A query as people would write it, if it reads back as the same.
fn text(expr: Expr) -> Option<String> {
    let query = Query::of(expr);
    let text = query.to_string();
    (parse(&text).ok()? == query).then_some(text)
}

/// Open tasks of a project by the places of their files.
fn open_tasks(columns: &Columns, project: &ProjectId) -> HashMap<u32, u32> {
    let is_open =
        |word: &str| !matches!(TaskStatus::from(word.to_owned()), TaskStatus::Complete | TaskStatus::Archived);
    let open: HashSet<u32> =
        columns.tasks.statuses.iter().filter(|(word, _)| is_open(word)).map(|(_, number)| number).collect();
    let mut tasks: HashMap<u32, u32> = HashMap::new();
    for seen in columns.tasks.visible(&[], std::slice::from_ref(project)) {
        if let (true, Some(file)) = (open.contains(&seen.task.status), seen.task.file) {
            *tasks.entry(file).or_default() += 1;
        }
    }
    tasks
}

/// All answers to one question on these files.
fn answers(columns: &Columns, number: u32, strangers: &HashSet<i64>, open: &HashMap<u32, u32>) -> Answers {
    let mut found = Answers::default();
    for place in columns.files.answered(number).iter() {
        let Some(file) = columns.files.at(place).filter(|file| !strangers.contains(&file.id)) else { continue };
        let open = open.get(&place).copied().unwrap_or_default();
        for answer in file.answers.iter().filter(|answer| answer.attribute == number) {
            found.all.add(place, open);
            match &answer.value {
                Value::Option(option) => found.by_option.entry(*option).or_default().add(place, open),
                Value::Said(text) => match text.trim().parse::<f64>() {
                    Ok(said) if said.is_finite() => {
                        found.lowest = Some(found.lowest.map_or(said, |lowest| lowest.min(said)));
                    }
                    _ => found.words = true,
                },
            }
        }
    }
    found
}

fn count(
    columns: &Columns,
    project: &ProjectId,
    touched: &[Touched],
    strangers: &HashSet<i64>,
    names: &Names,
) -> Vec<Use> {
    let open = open_tasks(columns, project);
    let mut uses = Vec::new();
    for Touched { attribute, options } in touched {
        let Some(number) = columns.files.attributes.get(&attribute.0) else { continue };
        let found = answers(columns, number, strangers, &open);
        if found.all.answers == 0 {
            continue;
        }
        let query = names.of_question(attribute.0, &found).and_then(text);
        uses.push(found.all.told(*attribute, None, query));
        for option in options {
            if let Some(tally) = found.by_option.get(&option.0) {
                let query = names.of_option(attribute.0, option.0).and_then(text);
                uses.push(tally.told(*attribute, Some(*option), query));
            }
        }
    }
    uses
}

impl Index {
    /// How much these questions of a project and these options of them are used, those that are at all; and whether all
    /// annotations of the project have been read. `projects` are those in which whoever asks is an admin: names in queries must
    /// mean nothing else there.
    pub(crate) async fn uses(
        &self,
        projects: &[ProjectId],
        project: &ProjectId,
        touched: Vec<Touched>,
    ) -> Result<(Vec<Use>, bool), Error> {
        let is_read: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM file_sync WHERE project = ?1) AND NOT EXISTS (SELECT 1 FROM file
               WHERE project = ?1 AND kind <> 'compound' AND iif(kind = 'video', frames_read, drawn) IS NULL)",
        )
        .bind(&project.0)
        .fetch_one(self.pool())
        .await?;
        let columns = self.columns().await?;
        let files = &columns.files;
        let mut answered = Bits::default();
        for number in touched.iter().filter_map(|one| files.attributes.get(&one.attribute.0)) {
            answered.join(files.answered(number));
        }
        if answered.len() == 0 {
            return Ok((Vec::new(), is_read));
        }
        let ids: Vec<i64> = answered.iter().filter_map(|place| files.at(place)).map(|file| file.id).collect();
        let strangers: HashSet<i64> =
            sqlx::query_scalar("SELECT f.id FROM json_each(?) j JOIN file f ON f.id = j.value WHERE f.project <> ?")
                .bind(serde_json::to_string(&ids).unwrap_or_default())
                .bind(&project.0)
                .fetch_all(self.pool())
                .await?
                .into_iter()
                .collect();
        let names = self.names_of_answers(projects, project, &columns, &touched).await?;
        let project = project.clone();
        apart(move || (count(&columns, &project, &touched, &strangers, &names), is_read)).await
    }

    async fn names_of_answers(
        &self,
        projects: &[ProjectId],
        project: &ProjectId,
        columns: &Columns,
        touched: &[Touched],
    ) -> Result<Names, Error> {
        let files = &columns.files;
        let mut names = Names::default();
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT DISTINCT id, name, name_key, inner_key FROM attribute WHERE project IN (SELECT value FROM json_each(",
        );
        sql.push_bind(serde_json::to_string(projects).unwrap_or_default()).push("))");
        // A name that another question has too is no name, unless nobody ever answered that.
        let mut by_key: HashMap<String, HashSet<i64>> = HashMap::new();
        let rows = sql.build().fetch_all(self.pool()).await?;
        for row in &rows {
            let id: i64 = row.get(0);
            if files.attributes.get(&id).is_some_and(|number| files.answered(number).len() > 0) {
                by_key.entry(row.get(2)).or_default().insert(id);
                by_key.entry(row.get(3)).or_default().insert(id);
            }
        }
        let wanted: HashSet<i64> = touched.iter().map(|one| one.attribute.0).collect();
        let is_own = |key: &str| !key.is_empty() && by_key.get(key).is_some_and(|ids| ids.len() == 1);
        for row in &rows {
            let (id, name, key, inner): (i64, String, String, String) =
                (row.get(0), row.get(1), row.get(2), row.get(3));
            if !wanted.contains(&id) {
                continue;
            }
            if is_own(&key) {
                names.questions.insert(id, name);
            } else if is_own(&inner) {
                names.questions.insert(id, inner);
            }
        }
        let chosen: Vec<(i64, i64)> =
            files.options().into_iter().filter(|(attribute, _)| names.questions.contains_key(attribute)).collect();
        let rows: Vec<(i64, i64, String, String)> = sqlx::query_as(
            "SELECT o.attribute, o.id, o.name, o.name_key FROM json_each(?) c JOIN attribute_option o
               ON o.project = ? AND o.attribute = c.value ->> 0 AND o.id = c.value ->> 1",
        )
        .bind(serde_json::to_string(&chosen).unwrap_or_default())
        .bind(&project.0)
        .fetch_all(self.pool())
        .await?;
        // The same of options: the language knows no branches of trees.
        let mut times: HashMap<(i64, &str), u32> = HashMap::new();
        for (attribute, _, _, key) in &rows {
            *times.entry((*attribute, key)).or_default() += 1;
        }
        for (attribute, option, name, key) in &rows {
            if times.get(&(*attribute, key.as_str())) == Some(&1) {
                names.options.insert((*attribute, *option), name.clone());
            }
        }
        Ok(names)
    }
}
