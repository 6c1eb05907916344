"""Bills of materials: what programs hold, as CycloneDX and SPDX write it."""
