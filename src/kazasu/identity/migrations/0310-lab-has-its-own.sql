-- What parties in test mode sent, and reports about them, are the workshop's (schema lab), which production has not.

DROP TABLE inspected_request;

DROP TABLE conformance_report;
