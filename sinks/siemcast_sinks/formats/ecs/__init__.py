"""The `ecs` format: its mapping, its types, and Microsoft's own fields beside ECS's."""
