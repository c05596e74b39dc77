"""Journeys of people: each test types what its person types, and sees what that person expects."""
