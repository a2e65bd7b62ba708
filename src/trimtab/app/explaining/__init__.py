"""Why a policy decided as it did, in figures that are worked out a second time before they show."""
