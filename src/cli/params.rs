//! `params`: the table of parameters for people and programs.

use garnish_engine::params::{Param, Range, Unit, table};
use garnish_engine::units::whole;
use serde::Serialize;

use crate::Failure;
use crate::table::Table;

/// Arguments of `params`.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Args {
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// One parameter as JSON shows it. Keys and ids are permanent.
#[derive(Debug, Serialize)]
pub struct Row {
    id: &'static str,
    name: &'static str,
    group: &'static str,
    unit: &'static str,
    min: f64,
    max: f64,
    default: f64,
    /// Steps from `min` to `max`, where the value is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    /// Ids of the choices, in the order of the values 0, 1, 2 ...
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<&'static str>>,
    automatable: bool,
}

impl Row {
    fn new(param: &'static Param) -> Self {
        let choices = match param.range {
            Range::Choice(choices) => Some(choices.iter().map(|choice| choice.id).collect()),
            Range::Switch => Some(vec!["off", "on"]),
            Range::Linear { .. } | Range::Log { .. } => None,
        };
        let (min, max) = (param.range.min(), param.range.max());
        Self {
            id: &param.id,
            name: &param.title,
            group: param.module.title(),
            unit: unit(param.unit),
            min,
            max,
            default: param.default,
            steps: choices.is_none().then(|| whole((max - min) * param.range.steps_per_unit())),
            choices,
            automatable: param.role.is_automatable(),
        }
    }
}

/// Every parameter, in the order hosts show them.
pub fn rows() -> Vec<Row> {
    table().iter().map(Row::new).collect()
}

/// The list as text.
///
/// # Errors
/// None that is known.
pub fn run(args: Args) -> Result<String, Failure> {
    if args.json {
        return crate::json(&rows());
    }
    let mut text = Table::new(&["id", "name", "from", "to", "default", "automatable"]);
    for param in table() {
        let default = param.text(param.default);
        let ends = match param.range {
            Range::Choice(choices) => {
                let ids: Vec<_> = choices.iter().map(|choice| choice.id).collect();
                [ids.join(", "), String::new()]
            }
            Range::Switch => ["off, on".to_owned(), String::new()],
            _ => [param.text(param.range.min()), param.text(param.range.max())],
        };
        let [from, to] = ends;
        let automatable = if param.role.is_automatable() { "yes" } else { "no" };
        text.row([param.id.clone(), param.title.clone(), from, to, default, automatable.to_owned()]);
    }
    Ok(text.to_string())
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::None => "",
        Unit::Hz => "Hz",
        Unit::Db => "dB",
        Unit::Dbtp => "dBTP",
        Unit::Ms => "ms",
        Unit::Percent => "%",
        Unit::Ratio => ":1",
    }
}
