//! The words of the estratto conto: managements, kinds of contribution, notes.

use cns_portal_api::Unit;

/// Declares an enum whose values are stored by a code and shown by a text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $code:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum $name { $($(#[$value_doc])* $value,)* }

        impl $name {
            /// Every value, in the order in which the statement shows them.
            pub(crate) const ALL: &[Self] = &[$(Self::$value,)*];

            /// The code under which it is stored.
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)* }
            }

            /// The text for people.
            pub(crate) fn text(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }

            /// The value behind a code.
            pub(crate) fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

words! {
    /// A management of the institute (gestione).
    Management {
        /// Private employees.
        Employees = "FPLD", "Fondo pensioni lavoratori dipendenti";
        /// Craftspeople.
        Craft = "ART", "Gestione speciale artigiani";
        /// Shopkeepers.
        Trade = "COM", "Gestione speciale commercianti";
        /// Collaborators and professionals without a fund of their own.
        Separate = "GS", "Gestione separata";
        /// Performers and stage crew.
        Stage = "FPLS", "Fondo pensioni lavoratori dello spettacolo";
        /// Professional athletes.
        Sport = "FPSP", "Fondo pensioni sportivi professionisti";
        /// The State's employees.
        State = "CTPS", "Gestione dipendenti pubblici: cassa dei dipendenti dello Stato";
        /// Employees of towns, provinces and regions.
        LocalBodies = "CPDEL", "Gestione dipendenti pubblici: cassa dei dipendenti degli enti locali";
        /// Teachers of municipal nursery schools.
        Teachers = "CPI", "Gestione dipendenti pubblici: cassa degli insegnanti";
        /// Doctors of public hospitals.
        Doctors = "CPS", "Gestione dipendenti pubblici: cassa dei sanitari";
        /// Court bailiffs.
        Bailiffs = "CPUG", "Gestione dipendenti pubblici: cassa degli ufficiali giudiziari";
    }
}

impl Management {
    /// The unit in which it counts.
    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::Employees
            | Self::State
            | Self::LocalBodies
            | Self::Teachers
            | Self::Doctors
            | Self::Bailiffs => Unit::Weeks,
            Self::Craft | Self::Trade | Self::Separate => Unit::Months,
            Self::Stage | Self::Sport => Unit::Days,
        }
    }

    /// What somebody does who is enrolled in it.
    pub(crate) fn work(self) -> Kind {
        match self {
            Self::Employees => Kind::Employee,
            Self::Craft => Kind::Craftsperson,
            Self::Trade => Kind::Shopkeeper,
            Self::Separate => Kind::Collaborator,
            Self::Stage => Kind::Performer,
            Self::Sport => Kind::Athlete,
            Self::State | Self::LocalBodies | Self::Teachers | Self::Doctors | Self::Bailiffs => {
                Kind::PublicEmployee
            }
        }
    }

    /// The most that one calendar year counts.
    pub(crate) fn year(self) -> u32 {
        match self.unit() {
            Unit::Weeks => 52,
            Unit::Days => 312,
            Unit::Months => 12,
        }
    }
}

words! {
    /// A kind of contribution.
    Kind {
        Employee = "employee", "Lavoro dipendente";
        Apprentice = "apprentice", "Apprendistato";
        Performer = "performer", "Lavoro nello spettacolo";
        Athlete = "athlete", "Lavoro nello sport";
        PublicEmployee = "public_employee", "Impiego pubblico";
        Collaborator = "collaborator", "Parasubordinato";
        Craftsperson = "craftsperson", "Artigiano";
        Shopkeeper = "shopkeeper", "Commerciante";
        MilitaryService = "military_service", "Servizio militare";
        Unemployment = "unemployment", "Disoccupazione";
        Maternity = "maternity", "Maternità";
        Sickness = "sickness", "Malattia";
    }
}

impl Kind {
    /// Whether nobody paid for it: it is credited by law, without pay.
    pub(crate) fn is_figurative(self) -> bool {
        match self {
            Self::MilitaryService | Self::Unemployment | Self::Maternity | Self::Sickness => true,
            Self::Employee
            | Self::Apprentice
            | Self::Performer
            | Self::Athlete
            | Self::PublicEmployee
            | Self::Collaborator
            | Self::Craftsperson
            | Self::Shopkeeper => false,
        }
    }
}

words! {
    /// A note that a row refers to.
    NoteCode {
        PartTime = "1", "Lavoro a tempo parziale: i contributi utili al calcolo sono ridotti in proporzione all'orario.";
        Figurative = "2", "Contribuzione figurativa: accreditata per legge, senza retribuzione.";
        CurrentYear = "3", "Anno in corso: i dati non sono ancora definitivi.";
        ByIncome = "4", "Mesi accreditati in base al reddito dichiarato.";
    }
}
