//! The work of a batch, task by task: who is on it is read from Diffgram just before and just after, so what is written down is
//! what really changed. Policy decides for each task when its turn has come.

use std::collections::{BTreeMap, HashSet};

use futures::StreamExt as _;
use portal_diffgram::{Relation as Wire, types::Task};
use portal_model::{
    api::{
        acting::{Relation, WhyNot},
        audit::Outcome,
    },
    id::{FileId, ProjectId, TaskId, UserId},
};
use serde_json::json;

use super::{
    Batches, By, Error,
    rows::{Changed, DONE, Order, Waiting, word},
};
use crate::audit::{Intent, Line};

/// Tasks at once: more buys nothing, and people's own calls wait in the same queue (`sync-evidence.md` §3).
const AT_ONCE: usize = 2;
/// Tasks that a line of the audit names one by one; the batch itself keeps all for a week.
const NAMED: usize = 1_000;

/// What came of a task's turn.
struct Turn {
    task: TaskId,
    project: Option<ProjectId>,
    changed: Changed,
    outcome: Result<(), WhyNot>,
}

impl Batches {
    /// Works through what waits.
    pub(super) async fn run(&self, id: &str, by: &By) -> Result<(), Error> {
        let (order, waiting) = self.waiting(id).await?;
        let members: HashSet<(ProjectId, UserId)> =
            by.scope.members().await?.into_iter().map(|member| (member.project, member.user)).collect();
        let lines = self.begin_lines(id, by, order, &waiting).await?;
        let turns: Vec<Turn> = futures::stream::iter(waiting)
            .map(|waiting| async {
                let turn = self.turn(id, by, order, &members, waiting).await?;
                let outcome = turn.outcome.map_or_else(word, |()| DONE);
                self.had_its_turn(id, turn.task, outcome).await?;
                Ok::<Turn, Error>(turn)
            })
            .buffer_unordered(AT_ONCE)
            .filter_map(|turn| async {
                turn.inspect_err(|error| tracing::error!(error = error as &dyn std::error::Error, "batches.turn")).ok()
            })
            .collect()
            .await;
        for (project, line) in lines {
            let of: Vec<&Turn> = turns.iter().filter(|turn| turn.project.as_ref() == Some(&project)).collect();
            let failed = of.iter().filter(|turn| turn.outcome.is_err()).count();
            let outcome = match failed {
                0 => Outcome::Done,
                _ if failed == of.len() => Outcome::Refused,
                _ => Outcome::Incomplete,
            };
            let changed = of.iter().filter(|turn| !turn.changed.is_nothing()).take(NAMED);
            let named: Vec<_> = changed
                .map(|Turn { task, changed, .. }| json!({"task": task, "added": changed.added, "removed": changed.removed}))
                .collect();
            self.audit.end(line, outcome, &json!({"changed": named, "failed": failed})).await?;
        }
        Ok(())
    }

    /// A line of the audit for each project with tasks that they see: before anything is changed.
    async fn begin_lines(
        &self,
        id: &str,
        by: &By,
        order: Order,
        waiting: &[Waiting],
    ) -> Result<Vec<(ProjectId, Line)>, Error> {
        let ids: Vec<i64> = waiting.iter().map(|waiting| waiting.task.0).collect();
        let mut tasks: BTreeMap<ProjectId, Vec<TaskId>> = BTreeMap::new();
        if order.undoes {
            for waiting in waiting {
                if let Some((project, _)) = &waiting.place {
                    tasks.entry(project.clone()).or_default().push(waiting.task);
                }
            }
        } else {
            for row in by.scope.task_rows(&ids).await? {
                tasks.entry(row.project).or_default().push(row.id);
            }
        }
        let mut lines = Vec::new();
        for (project, tasks) in tasks {
            let first = waiting.first();
            let detail = json!({
                "batch": id, "relation": order.relation, "undoes": order.undoes, "clear": order.clear,
                "add": first.filter(|_| !order.undoes).map(|first| &first.add),
                "remove": first.filter(|_| !order.undoes).map(|first| &first.remove),
                "tasks": tasks.len(), "first": tasks.iter().take(20).collect::<Vec<_>>(),
            });
            let intent = Intent {
                project: &project,
                action: "tasks.assign",
                subject: format!("{} tasks", tasks.len()),
                detail,
                request_id: by.request_id.clone(),
            };
            let line = self.audit.begin(&by.actor, intent).await?;
            lines.push((project, line));
        }
        Ok(lines)
    }

    /// One task.
    async fn turn(
        &self,
        id: &str,
        by: &By,
        order: Order,
        members: &HashSet<(ProjectId, UserId)>,
        waiting: Waiting,
    ) -> Result<Turn, Error> {
        let task = waiting.task;
        let mut turn = Turn { task, project: None, changed: Changed::default(), outcome: Ok(()) };
        let (project, file) = match self.place(by, order, &waiting).await? {
            Ok(place) => place,
            Err(why) => return Ok(Turn { outcome: Err(why), ..turn }),
        };
        turn.project = Some(project.clone());
        let Some(before) = self.people(&project, file, task, order.relation).await else {
            return Ok(Turn { outcome: Err(WhyNot::Diffgram), ..turn });
        };
        // What was just read may have taken it from them.
        if let Err(why) = self.place(by, order, &waiting).await? {
            return Ok(Turn { outcome: Err(why), ..turn });
        }
        let wanted = difference(order, &waiting, &before);
        let is_member = |user: &UserId| members.contains(&(project.clone(), *user));
        // Whoever was on it before may come back, member or not.
        if !order.undoes && !wanted.added.iter().all(is_member) {
            return Ok(Turn { outcome: Err(WhyNot::NotAMember), ..turn });
        }
        if wanted.is_nothing() {
            return Ok(turn);
        }
        self.about_to(id, task, (&project, file), &waiting.changed.and(&wanted)).await?;
        let said = self.change(&project, task, order.relation, &wanted).await;
        // Whatever was answered: what counts is what is there now.
        let Some(after) = self.people(&project, file, task, order.relation).await else {
            return Ok(Turn { changed: wanted, outcome: Err(WhyNot::Diffgram), ..turn });
        };
        turn.changed = Changed {
            added: wanted.added.iter().copied().filter(|user| after.contains(user)).collect(),
            removed: wanted.removed.iter().copied().filter(|user| !after.contains(user)).collect(),
        };
        if turn.changed != wanted {
            self.about_to(id, task, (&project, file), &waiting.changed.and(&turn.changed)).await?;
            turn.outcome = Err(WhyNot::Diffgram);
            if let Err(error) = said {
                tracing::warn!(error = &error as &dyn std::error::Error, "batches.refused");
            }
        }
        Ok(turn)
    }

    /// Where the task is, when they may give it to people now.
    async fn place(
        &self,
        by: &By,
        order: Order,
        waiting: &Waiting,
    ) -> Result<Result<(ProjectId, FileId), WhyNot>, Error> {
        if order.undoes {
            let place = waiting.place.clone().filter(|(project, _)| by.scope.may_assign_in(project));
            return Ok(place.ok_or(WhyNot::NotFound));
        }
        Ok(match by.scope.task(waiting.task).await? {
            None => Err(WhyNot::NotFound),
            Some(row) if !by.scope.may_assign(&row) => Err(WhyNot::NotYours),
            Some(row) => Ok((row.project, row.file.id)),
        })
    }

    /// Who is on a task, as Diffgram says now. `None`: it does not say, or the task is gone.
    async fn people(&self, project: &ProjectId, file: FileId, task: TaskId, relation: Relation) -> Option<Vec<UserId>> {
        let read = self.sync.read_again(project, file).await;
        let read = read.inspect_err(|error| tracing::warn!(error = error as &dyn std::error::Error, "batches.unread"));
        let Task { assignees, reviewers, .. } = read.ok()?.into_iter().find(|known| known.id == task)?;
        Some(if relation == Relation::Assignee { assignees } else { reviewers })
    }

    async fn change(
        &self,
        project: &ProjectId,
        task: TaskId,
        relation: Relation,
        wanted: &Changed,
    ) -> Result<(), portal_diffgram::Error> {
        let Some(client) = self.sync.client(project) else { return Ok(()) };
        let relation = if relation == Relation::Assignee { Wire::Assignee } else { Wire::Reviewer };
        // Added first: should the second call fail, somebody is on it.
        if !wanted.added.is_empty() {
            client.assign(task, &wanted.added, relation).await?;
        }
        if !wanted.removed.is_empty() {
            client.unassign(task, &wanted.removed, relation).await?;
        }
        Ok(())
    }
}

/// Who is to be added and removed, of a task with these people.
fn difference(order: Order, waiting: &Waiting, before: &[UserId]) -> Changed {
    let mut add: Vec<UserId> = waiting.add.iter().copied().filter(|user| !before.contains(user)).collect();
    add.sort_unstable();
    add.dedup();
    let goes = |user: &UserId| (order.clear || waiting.remove.contains(user)) && !waiting.add.contains(user);
    Changed { added: add, removed: before.iter().copied().filter(goes).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_so_already_is_changed() {
        let order = |clear| Order { relation: Relation::Assignee, clear, undoes: false };
        let users = |ids: &[i64]| ids.iter().copied().map(UserId).collect::<Vec<_>>();
        let waiting = |add: &[i64], remove: &[i64]| Waiting {
            task: TaskId(1),
            place: None,
            add: users(add),
            remove: users(remove),
            changed: Changed::default(),
        };
        let of = |clear, add: &[i64], remove: &[i64]| {
            let Changed { added, removed } = difference(order(clear), &waiting(add, remove), &users(&[2, 3]));
            (added, removed)
        };
        assert_eq!(of(false, &[3, 4, 4], &[]), (users(&[4]), users(&[])), "added to those who are there");
        assert_eq!(of(false, &[], &[3, 9]), (users(&[]), users(&[3])));
        assert_eq!(of(true, &[3], &[]), (users(&[]), users(&[2])), "instead of those who are there");
        assert_eq!(of(false, &[3], &[3]), (users(&[]), users(&[])), "whoever is added is not removed");
    }
}
