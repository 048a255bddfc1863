"""What formats of flat documents share: CIM's data models and ASIM's schemas."""
