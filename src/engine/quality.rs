//! How much computation the chain may spend.

use crate::params::plain::choices;

choices! {
    /// How much computation the chain may spend. Not automatable: it bears on latency.
    pub enum Quality {
        /// For many instances on a slow machine.
        Eco = "eco", "Eco";
        /// For work.
        #[default]
        Standard = "standard", "Standard";
        /// For rendering.
        High = "high", "High";
    }
}
