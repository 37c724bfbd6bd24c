//! From a query's tree to SQL. What people typed is bound as a parameter, always; only words of this file stand in the text.
//!
//! The file is `f`; `my_task` and `granted` are those of [`super::sight`].

use portal_model::query::{Compare, Condition, Expr, Thing};
use sqlx::{QueryBuilder, Sqlite};

use crate::index::fold;

/// Adds one expression that is 1 for files for which the tree holds, and 0 for all others.
pub(super) fn push(sql: &mut QueryBuilder<Sqlite>, expr: &Expr) {
    match expr {
        Expr::All(parts) => {
            let (together, others) = of_one_annotation(parts);
            sql.push("(1");
            if !together.is_empty() {
                sql.push(" AND ");
                exists(sql, &together);
            }
            for part in others {
                sql.push(" AND ");
                push(sql, part);
            }
            sql.push(")");
        }
        Expr::Any(parts) => {
            sql.push("(0");
            for part in parts {
                sql.push(" OR ");
                push(sql, part);
            }
            sql.push(")");
        }
        Expr::Not(part) => {
            sql.push("(NOT ");
            push(sql, part);
            sql.push(")");
        }
        Expr::Group(part) => push(sql, part),
        Expr::Is(condition) if condition.is_about_an_annotation() => exists(sql, &[condition]),
        Expr::Is(condition) => of_the_file(sql, condition),
    }
}

/// Parts that stand side by side: those that speak of the same annotation, and the others.
fn of_one_annotation(parts: &[Expr]) -> (Vec<&Condition>, Vec<&Expr>) {
    let (mut together, mut others) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Expr::Is(condition) if condition.is_about_an_annotation() => together.push(condition),
            part => others.push(part),
        }
    }
    (together, others)
}

fn exists(sql: &mut QueryBuilder<Sqlite>, conditions: &[&Condition]) {
    sql.push("EXISTS (SELECT 1 FROM annotation a WHERE a.file = f.id");
    on_it(sql, conditions);
    sql.push(")");
}

/// Adds ` AND …` for each condition on the annotation `a`.
fn on_it(sql: &mut QueryBuilder<Sqlite>, conditions: &[&Condition]) {
    for condition in conditions {
        match condition {
            Condition::Label(name) => {
                sql.push(" AND a.label IN (SELECT id FROM label WHERE project IN (SELECT id FROM my_project) AND name_key = ")
                    .push_bind(fold(name))
                    .push(")");
            }
            Condition::Score(compare, score) => {
                let sign = match compare {
                    Compare::AtLeast => ">=",
                    Compare::AtMost => "<=",
                    Compare::Above => ">",
                    Compare::Below => "<",
                    Compare::Equal => "=",
                };
                sql.push(" AND a.predicted AND a.score_key ").push(sign).push(" ").push_bind(score.millionths());
            }
            Condition::Run(name) => {
                sql.push(" AND a.predicted AND a.run IN (SELECT id FROM model_run WHERE project IN (SELECT id FROM my_project) AND name_key = ")
                    .push_bind(fold(name))
                    .push(")");
            }
            Condition::Name(_) | Condition::Dataset(_) | Condition::Type(_) | Condition::Has(_) => {}
        }
    }
}

fn of_the_file(sql: &mut QueryBuilder<Sqlite>, condition: &Condition) {
    match condition {
        Condition::Name(text) => {
            sql.push("instr(f.name_key, ").push_bind(fold(text)).push(") > 0");
        }
        // Only datasets whose name the person may know: granted ones, and those of their tasks.
        Condition::Dataset(name) => {
            let key = fold(name);
            sql.push(
                "(EXISTS (SELECT 1 FROM granted g JOIN dataset_file df ON df.dataset = g.dataset
                   JOIN dataset d ON d.id = g.dataset WHERE df.file = f.id AND d.name_key = ",
            )
            .push_bind(key.clone())
            .push(
                ") OR EXISTS (SELECT 1 FROM my_task mt JOIN dataset d ON d.id = mt.dataset WHERE mt.file = f.id AND d.name_key = ",
            )
            .push_bind(key)
            .push("))");
        }
        Condition::Type(kind) => {
            sql.push("f.kind = ").push_bind(kind.word());
        }
        Condition::Has(thing) => {
            sql.push(match thing {
                Thing::Annotation => "EXISTS (SELECT 1 FROM annotation a WHERE a.file = f.id)",
                Thing::Prediction => "EXISTS (SELECT 1 FROM annotation a WHERE a.file = f.id AND a.predicted)",
                Thing::Task => "EXISTS (SELECT 1 FROM my_task mt WHERE mt.file = f.id)",
            });
        }
        Condition::Label(_) | Condition::Score(..) | Condition::Run(_) => exists(sql, &[condition]),
    }
}

/// Adds the best score among the predictions that the query asks for: those that make it hold, or all when it says nothing of
/// annotations. What a query excludes, it does not ask for.
pub(super) fn best_score(sql: &mut QueryBuilder<Sqlite>, filter: Option<&Expr>) {
    let mut asked = Vec::new();
    if let Some(filter) = filter {
        wanted(filter, &mut asked);
    }
    sql.push("(SELECT max(a.score) FROM annotation a WHERE a.file = f.id AND a.predicted");
    if !asked.is_empty() {
        sql.push(" AND (0");
        for conditions in &asked {
            sql.push(" OR (1");
            on_it(sql, conditions);
            sql.push(")");
        }
        sql.push(")");
    }
    sql.push(")");
}

/// What the tree asks of single annotations, each set of one.
pub(super) fn wanted<'a>(expr: &'a Expr, asked: &mut Vec<Vec<&'a Condition>>) {
    match expr {
        Expr::All(parts) => {
            let (together, others) = of_one_annotation(parts);
            if !together.is_empty() {
                asked.push(together);
            }
            others.into_iter().for_each(|part| wanted(part, asked));
        }
        Expr::Any(parts) => parts.iter().for_each(|part| wanted(part, asked)),
        Expr::Group(part) => wanted(part, asked),
        Expr::Is(condition) if condition.is_about_an_annotation() => asked.push(vec![condition]),
        Expr::Not(_) | Expr::Is(_) => {}
    }
}
