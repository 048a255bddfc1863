"""A stand-in of Elasticsearch's bulk interface: data streams, conflicts, item errors, credentials, and faults."""

from siemcast_lab.bulk.rules import BulkDocument, ItemFault
from siemcast_lab.bulk.server import Bulk

__all__ = ["Bulk", "BulkDocument", "ItemFault"]
