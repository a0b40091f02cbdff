"""The register: the enterprises of a territory, where they are found, merged and contacted."""
